#include "message/build.h"

#include "base/chars.h"
#include "base/text.h"

namespace postroad::message {
namespace {

constexpr std::size_t kLine = 78;        // rfc5322 2.1.1
constexpr std::size_t kLineMost = 998;
constexpr std::size_t kWordBytes = 42;   // of text in an encoded word: "=?utf-8?B?" + 56 + "?=" is 68 characters
constexpr CharClass kPlain = CharClass::range(0x20, 0x7e);

// The end of the piece that starts at `at`: at most kWordBytes, no character cut.
std::size_t piece_end(std::string_view utf8, std::size_t at) {
  auto end = std::min(at + kWordBytes, utf8.size());
  while (end < utf8.size() && end > at + 1 && (static_cast<unsigned char>(utf8[end]) & 0xc0U) == 0x80) --end;
  return end;
}

// Where to fold: in front of the last white space that lets the line stay within kLine, else of the first one; npos
// where the rest fits. A place with only white space before or behind it is none: rfc5322 3.2.2.
std::size_t fold_at(std::string_view text, std::size_t column) {
  if (column + text.size() <= kLine) return text.npos;
  std::size_t found = text.npos;
  const auto first = text.find_first_not_of(" \t");
  const auto last = text.find_last_not_of(" \t");
  if (first == text.npos) return text.npos;
  for (auto at = text.find_first_of(" \t", first); at != text.npos; at = text.find_first_of(" \t", at + 1)) {
    if (found != text.npos && column + at > kLine) break;
    if (at > last) break;
    found = at;
    if (column + at > kLine) break;
  }
  return found;
}

}  // namespace

std::string encode_text(std::string_view utf8) {
  if (kPlain.has_all(utf8) && utf8.find("=?") == utf8.npos) return std::string(utf8);
  std::string made;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto end = piece_end(utf8, at);
    if (!made.empty()) made += ' ';
    made += "=?utf-8?B?" + base64(utf8.substr(at, end - at)) + "?=";
    at = end;
  }
  return made;
}

std::string format_field(std::string_view name, std::string_view value) {
  std::string flat(value);
  for (char& c : flat)
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';

  std::string made = std::string(name) + ": ";
  std::string_view rest = flat;
  for (std::size_t column = made.size(); !rest.empty();) {
    auto at = fold_at(rest, column);
    std::string_view glue = "\r\n";
    if (at == rest.npos || column + at > kLineMost) {
      at = std::min(rest.size(), kLineMost - column);
      if (at < rest.size()) glue = "\r\n ";  // no white space for 998 octets: better cut than refused
    }
    made += rest.substr(0, at);
    rest.remove_prefix(at);
    if (rest.empty()) break;
    made += glue;
    column = glue.size() - 2;
  }
  return made + "\r\n";
}

}  // namespace postroad::message
