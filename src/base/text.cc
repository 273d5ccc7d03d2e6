#include "base/text.h"

#include <algorithm>
#include <array>

#include "base/chars.h"
#include "base/check.h"

namespace postroad {

std::string lower(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), to_lower);
  return made;
}

std::string upper(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), to_upper);
  return made;
}

bool equal_nocase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

bool starts_nocase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_nocase(text.substr(0, prefix.size()), prefix);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == text.npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t max) {
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!kDigit.has(c)) return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (max - std::min(digit, max)) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  if (value > max) return std::nullopt;
  return value;
}

std::string hex(std::uint64_t value, int width) {
  check(width >= 1 && width <= 16 && (width == 16 || value >> (4 * width) == 0), "a number fits its hex width");
  std::string made(static_cast<std::size_t>(width), '0');
  for (auto at = made.rbegin(); at != made.rend(); ++at, value >>= 4) *at = "0123456789abcdef"[value & 15];
  return made;
}

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  if (text.empty() || text.size() > 16) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!kHexDigit.has(c)) return std::nullopt;
    value = value << 4 | static_cast<std::uint64_t>(kDigit.has(c) ? c - '0' : to_lower(c) - 'a' + 10);
  }
  return value;
}

std::string hex_bytes(std::string_view bytes) {
  std::string made;
  made.reserve(bytes.size() * 2);
  for (const char c : bytes) made += hex(static_cast<std::uint8_t>(c), 2);
  return made;
}

bool is_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<std::uint8_t>(text[at]);
    if (lead < 0x80) {
      ++at;
      continue;
    }
    const std::size_t extra = lead >= 0xc2 && lead <= 0xdf ? 1 : (lead & 0xf0) == 0xe0 ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
    if (extra == 0 || at + extra >= text.size()) return false;
    for (std::size_t i = 1; i <= extra; ++i)
      if ((static_cast<std::uint8_t>(text[at + i]) & 0xc0) != 0x80) return false;
    const auto second = static_cast<std::uint8_t>(text[at + 1]);
    if (lead == 0xe0 && second < 0xa0) return false;  // overlong
    if (lead == 0xed && second > 0x9f) return false;  // surrogates
    if (lead == 0xf0 && second < 0x90) return false;  // overlong
    if (lead == 0xf4 && second > 0x8f) return false;  // above U+10FFFF
    at += extra + 1;
  }
  return true;
}

namespace {
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto kBase64Value = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < kBase64.size(); ++i) table[static_cast<std::uint8_t>(kBase64[i])] = static_cast<std::int8_t>(i);
  return table;
}();
}  // namespace

std::string base64(std::string_view bytes) {
  std::string made;
  made.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (at + i < bytes.size() ? static_cast<std::uint8_t>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      made += at + i <= bytes.size() ? kBase64[group >> (18 - 6 * i) & 63] : '=';
  }
  return made;
}

std::optional<std::string> parse_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string made;
  made.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const bool last = at + 4 == text.size();
    const std::size_t pad = !last || text[at + 3] != '=' ? 0 : text[at + 2] == '=' ? 2 : 1;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 4 - pad; ++i) {
      const auto value = kBase64Value[static_cast<std::uint8_t>(text[at + i])];
      if (value < 0) return std::nullopt;
      group |= static_cast<std::uint32_t>(value) << (18 - 6 * i);
    }
    if ((group & (pad == 2 ? 0xffffU : pad == 1 ? 0xffU : 0U)) != 0) return std::nullopt;  // bits that no byte holds
    for (std::size_t i = 0; i < 3 - pad; ++i) made += static_cast<char>(group >> (16 - 8 * i) & 0xff);
  }
  return made;
}

bool equal_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile std::uint8_t differ = 0;
  for (std::size_t i = 0; i < a.size(); ++i) differ = differ | static_cast<std::uint8_t>(a[i] ^ b[i]);
  return differ == 0;
}

}  // namespace postroad
