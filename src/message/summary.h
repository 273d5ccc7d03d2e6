#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "message/date.h"
#include "message/part.h"

namespace postroad::message {

// What is wrong with a message, as far as it matters to whoever shows, scans or logs it: readers of mail differ in what
// they make of these.
enum class Flaw : std::uint8_t {
  DepthLimit,           // degraded: limits.h tells how
  PartLimit,
  FieldLimit,           // a field was cut, or fields were left out
  TextLimit,
  AddressLimit,
  DuplicateField,       // one that may stand once stands twice: From, Content-Type, Content-Transfer-Encoding, ...
  JunkInHeader,         // a line that is no field
  NoHeaderEnd,          // the header runs to the end, or into a boundary
  NoBoundary,           // a multipart without a usable one
  NoParts,              // a multipart whose boundary never came
  NoFinalBoundary,
  EncodedComposite,     // a multipart or message with quoted-printable or base64: rfc2045 6.4 forbids it
  UnknownEncoding,      // or one with a semicolon behind it
  BadContentType,       // one that can't be parsed, or not in one way: a boundary that stands twice, a quote not closed
  BareLf,
  BareCr,
  Nul,
  EightBitHeader,
};

class Flaws {
 public:
  void add(Flaw flaw) { bits_ |= 1U << static_cast<unsigned>(flaw); }
  bool has(Flaw flaw) const { return (bits_ >> static_cast<unsigned>(flaw) & 1U) != 0; }
  bool any() const { return bits_ != 0; }
  std::string text() const;  // "no-parts,bare-lf": for logs; empty where there is none
  std::uint32_t bits() const { return bits_; }
  static Flaws of_bits(std::uint32_t bits);
  bool operator==(const Flaws&) const = default;

 private:
  std::uint32_t bits_ = 0;
};

// What of a message never changes and is wanted without reading it again.
struct Summary {
  Part root;  // root.envelope is never null
  std::uint64_t size_bytes = 0;
  std::uint64_t lines = 0;              // LFs of all of it
  std::optional<Date> sent;             // Date, parsed
  std::string message_id;               // parsed, without < >; empty where there is none
  std::vector<std::string> references;  // of References, else of In-Reply-To; without < >; the parent is the last
  std::string preview;                  // UTF-8, one line, at most limits::kPreviewChars characters
  bool has_attachment = false;          // rfc8621 4.1.4: something that a client would list as a file
  Flaws flaws;

  const Envelope& envelope() const { return *root.envelope; }
};
bool operator==(const Summary& a, const Summary& b);

// The stored form; README.md tells it. Starts with its version, kSummaryFormat.
inline constexpr std::uint8_t kSummaryFormat = 1;
std::string encode(const Summary& summary);
// Broken where it is damaged, or of a newer version than this program knows. Never trusts a length in it.
Result<Summary> decode(std::string_view bytes);

}  // namespace postroad::message
