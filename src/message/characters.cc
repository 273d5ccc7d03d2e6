#include "message/characters.h"

#include <algorithm>
#include <cstdint>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "base/chars.h"
#include "base/check.h"
#include "base/text.h"

namespace postroad::message {

std::string fold_case(std::string_view utf8) {
  if (!std::ranges::any_of(utf8, [](char c) { return kEightBit.has(c); })) return lower(utf8);
  UErrorCode status = U_ZERO_ERROR;
  const auto* fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  const auto* decompose = icu::Normalizer2::getNFDInstance(status);
  check(U_SUCCESS(status), "ICU's normalisation data is there");
  auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
  text = fold->normalize(text, status);
  text = decompose->normalize(text, status);
  std::string made;
  if (U_SUCCESS(status)) text.toUTF8String(made);
  return made;
}

std::string printable(std::string utf8) {
  for (std::size_t at = 0; at < utf8.size(); ++at) {
    if (kControl.has(utf8[at])) utf8[at] = ' ';
    // U+0080 to U+009F: a character of two bytes becomes two spaces.
    const bool is_c1 = utf8[at] == '\xc2' && at + 1 < utf8.size() && static_cast<std::uint8_t>(utf8[at + 1]) < 0xa0;
    if (is_c1) utf8[at] = utf8[at + 1] = ' ';
  }
  return utf8;
}

std::string_view first_characters(std::string_view utf8, std::size_t count) {
  std::size_t seen = 0;
  for (std::size_t at = 0; at < utf8.size(); ++at) {
    const bool starts = (static_cast<std::uint8_t>(utf8[at]) & 0xc0) != 0x80;
    if (starts && seen++ == count) return utf8.substr(0, at);
  }
  return utf8;
}

void append_character(char32_t code, std::string& into) {
  icu::UnicodeString(static_cast<UChar32>(code)).toUTF8String(into);
}

}  // namespace postroad::message
