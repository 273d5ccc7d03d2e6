#include "migration/failure.h"

#include "base/text.h"

namespace postroad::migration {

Reason reason_of(const Error& error) {
  for (int at = 1; at <= static_cast<int>(Reason::Stopped); ++at)
    if (reason_name(static_cast<Reason>(at)) == error.code) return static_cast<Reason>(at);
  if (error.code == "OVERQUOTA") return Reason::OverQuota;
  return Reason::Store;
}

std::string plain(std::string_view text) {
  constexpr std::size_t kMost = 200;
  std::string made;
  for (const char c : trim(text).substr(0, kMost)) made += c >= 0x20 && c < 0x7f ? c : '?';
  return made;
}

}  // namespace postroad::migration
