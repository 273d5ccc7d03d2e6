#include "smtp/xtext.h"

#include "base/chars.h"
#include "base/text.h"

namespace postroad::smtp {
namespace {

// xchar.
constexpr CharClass kXchar = kVchar - CharClass("+=");
constexpr CharClass kUpperHex = kDigit | CharClass("ABCDEF");

void append_utf8(std::string& into, std::uint64_t code) {
  const auto byte = [&into](std::uint64_t value) { into += static_cast<char>(static_cast<std::uint8_t>(value)); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xc0 | code >> 6);
    byte(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    byte(0xe0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  } else {
    byte(0xf0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3f));
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  }
}

// EmbeddedUnicodeChar: \x{10} to \x{10FFFF}, upper-case digits.
std::optional<std::uint64_t> embedded_char(std::string_view text, std::size_t& at) {
  const auto close = text.find('}', at);
  if (text.substr(at, 3) != "\\x{" || close == text.npos) return std::nullopt;
  const auto digits = text.substr(at + 3, close - at - 3);
  if (digits.size() < 2 || digits.size() > 6 || !kUpperHex.has_all(digits)) return std::nullopt;
  const auto code = *parse_hex(digits);
  if (code < 0x10 || code > 0x10ffff) return std::nullopt;
  at = close + 1;
  return code;
}

}  // namespace

std::string xtext(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  for (const char c : text) {
    if (kXchar.has(c))
      made += c;
    else
      made += "+" + upper(hex(static_cast<std::uint8_t>(c), 2));
  }
  return made;
}

std::optional<std::string> parse_xtext(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (kXchar.has(text[at])) {
      made += text[at];
      continue;
    }
    const auto digits = text.substr(at + 1).substr(0, 2);
    if (text[at] != '+' || digits.size() != 2 || !kUpperHex.has_all(digits)) return std::nullopt;
    made += static_cast<char>(*parse_hex(digits));
    at += 2;
  }
  return made;
}

std::optional<std::string> parse_utf8_addr_xtext(std::string_view text) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      const auto code = embedded_char(text, at);
      if (!code) return std::nullopt;
      append_utf8(made, *code);
    } else if (kXchar.has(text[at]) || kEightBit.has(text[at])) {
      made += text[at++];
    } else {
      return std::nullopt;
    }
  }
  if (!is_utf8(made)) return std::nullopt;
  return made;
}

}  // namespace postroad::smtp
