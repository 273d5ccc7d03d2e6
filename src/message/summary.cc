#include "message/summary.h"

#include <array>

namespace postroad::message {
namespace {

constexpr std::array<std::string_view, 18> kNames = {
    "depth-limit",       "part-limit", "field-limit",        "text-limit",       "address-limit", "duplicate-field",
    "junk-in-header",    "no-header-end", "no-boundary",     "no-parts",         "no-final-boundary",
    "encoded-composite", "unknown-encoding", "bad-content-type", "bare-lf",      "bare-cr",       "nul",
    "eight-bit-header"};
static_assert(kNames.size() == static_cast<std::size_t>(Flaw::EightBitHeader) + 1);

}  // namespace

std::string Flaws::text() const {
  std::string made;
  for (std::size_t at = 0; at < kNames.size(); ++at) {
    if (!has(static_cast<Flaw>(at))) continue;
    if (!made.empty()) made += ',';
    made += kNames[at];
  }
  return made;
}

Flaws Flaws::of_bits(std::uint32_t bits) {
  Flaws made;
  made.bits_ = bits;
  return made;
}

bool operator==(const Summary& a, const Summary& b) {
  return a.root == b.root && a.size_bytes == b.size_bytes && a.lines == b.lines && a.sent == b.sent &&
         a.message_id == b.message_id && a.references == b.references && a.preview == b.preview &&
         a.has_attachment == b.has_attachment && a.flaws == b.flaws;
}

}  // namespace postroad::message
