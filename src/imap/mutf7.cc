#include "imap/mutf7.h"

#include <cstdint>
#include <vector>

#include "base/chars.h"
#include "base/check.h"

namespace postroad::imap {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
constexpr CharClass kDirect = CharClass::range(0x20, 0x7e);

bool is_printable_ascii(char32_t c) { return c >= 0x20 && c <= 0x7e; }
bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }
bool is_high_surrogate(char32_t c) { return c >= 0xd800 && c <= 0xdbff; }
bool is_low_surrogate(char32_t c) { return c >= 0xdc00 && c <= 0xdfff; }

void put_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) return put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
  if (c < 0x10000) return put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f)), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
}

// The next character of well-formed UTF-8.
char32_t take_utf8(std::string_view& text) {
  const auto byte = [&text](std::size_t at) { return static_cast<char32_t>(static_cast<std::uint8_t>(text[at])); };
  const auto lead = byte(0);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  check(size <= text.size(), "the text is UTF-8");
  char32_t c = size == 1 ? lead : lead & (0x7fU >> size);
  for (std::size_t at = 1; at < size; ++at) c = c << 6 | (byte(at) & 0x3f);
  text.remove_prefix(size);
  return c;
}

// The UTF-16 units of a shifted run; nothing where bits are left over that no unit holds.
std::optional<std::vector<char32_t>> units_of(std::string_view shifted) {
  std::vector<char32_t> units;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : shifted) {
    const auto value = kBase64.find(c);
    if (value == kBase64.npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 16) continue;
    count -= 16;
    units.push_back(bits >> count & 0xffff);
    bits &= (1U << count) - 1;
  }
  if (count >= 6 || bits != 0) return std::nullopt;
  return units;
}

bool decode_shifted(std::string_view shifted, std::string& out) {
  const auto units = units_of(shifted);
  if (!units) return false;
  for (std::size_t at = 0; at < units->size(); ++at) {
    char32_t c = (*units)[at];
    if (is_low_surrogate(c) || is_printable_ascii(c) || is_control(c)) return false;
    if (is_high_surrogate(c)) {
      if (++at == units->size() || !is_low_surrogate((*units)[at])) return false;
      c = 0x10000 + ((c - 0xd800) << 10) + ((*units)[at] - 0xdc00);
    }
    put_utf8(out, c);
  }
  return true;
}

void encode_shifted(const std::vector<char32_t>& units, std::string& out) {
  std::uint32_t bits = 0;
  int count = 0;
  out += '&';
  for (const auto unit : units) {
    bits = (bits << 16 | unit) & 0x3fffff;
    for (count += 16; count >= 6; count -= 6) out += kBase64[bits >> (count - 6) & 0x3f];
  }
  if (count > 0) out += kBase64[bits << (6 - count) & 0x3f];
  out += '-';
}

}  // namespace

std::optional<std::string> from_mutf7(std::string_view text) {
  std::string made;
  bool after_shift = false;
  while (!text.empty()) {
    if (!kDirect.has(text[0])) return std::nullopt;
    if (text[0] != '&') {
      made += text[0];
      text.remove_prefix(1);
      after_shift = false;
      continue;
    }
    const auto stop = text.find('-');
    if (stop == text.npos) return std::nullopt;
    const auto shifted = text.substr(1, stop - 1);
    text.remove_prefix(stop + 1);
    if (shifted.empty()) {
      made += '&';
      after_shift = false;
      continue;
    }
    // Two runs side by side could have been one: not what an encoder writes.
    if (after_shift || !decode_shifted(shifted, made)) return std::nullopt;
    after_shift = true;
  }
  return made;
}

std::string to_mutf7(std::string_view text) {
  std::string made;
  std::vector<char32_t> units;
  const auto flush = [&] {
    if (!units.empty()) encode_shifted(units, made);
    units.clear();
  };
  while (!text.empty()) {
    const auto c = take_utf8(text);
    if (is_printable_ascii(c)) {
      flush();
      made += static_cast<char>(c);
      if (c == '&') made += '-';
    } else if (c >= 0x10000) {
      units.push_back(0xd800 + ((c - 0x10000) >> 10));
      units.push_back(0xdc00 + ((c - 0x10000) & 0x3ff));
    } else {
      units.push_back(c);
    }
  }
  flush();
  return made;
}

}  // namespace postroad::imap
