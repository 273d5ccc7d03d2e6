#include "message/utf8_decoder.h"

#include <array>
#include <cstdint>
#include <utility>

#include "base/text.h"

namespace postroad::message {
namespace {

// A character of the basic plane, above ASCII.
void append_utf8(char16_t code, std::string& into) {
  const auto byte = [&into](unsigned value) { into += static_cast<char>(static_cast<std::uint8_t>(value)); };
  if (code < 0x800) {
    byte(0xc0U | code >> 6U);
  } else {
    byte(0xe0U | code >> 12U);
    byte(0x80U | (code >> 6U & 0x3fU));
  }
  byte(0x80U | (code & 0x3fU));
}

// Windows-1252 for one byte of 0x80 to 0xff.
void append_1252(std::uint8_t byte, std::string& into) {
  static constexpr std::array<char16_t, 32> kC1 = {
      0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
      0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
      0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};
  const char16_t code = byte < 0xa0 ? kC1[byte - 0x80U] : byte;
  append_utf8(code, into);
}

}  // namespace

void Utf8Decoder::feed(std::string_view bytes, std::string& into) {
  while (!bytes.empty()) {
    std::size_t ascii = 0;
    if (held_.empty())
      while (ascii < bytes.size() && static_cast<std::uint8_t>(bytes[ascii]) < 0x80) ++ascii;
    into += bytes.substr(0, ascii);
    if (ascii < bytes.size()) byte(bytes[ascii++], into);
    bytes.remove_prefix(ascii);
  }
}

void Utf8Decoder::byte(char c, std::string& into) {
  if (!held_.empty()) {
    held_ += c;
    if (is_utf8(held_)) {
      into += std::exchange(held_, {});
      return;
    }
    if (may_go_on()) return;
    held_.pop_back();
    give_up(into);
  }
  if (static_cast<std::uint8_t>(c) < 0x80) into += c;
  else held_ = c;
  if (!held_.empty() && !may_go_on()) give_up(into);
}

// Whether more bytes could make a character of what is held: rfc3629 4.
bool Utf8Decoder::may_go_on() const {
  const auto at = [this](std::size_t index) { return static_cast<std::uint8_t>(held_[index]); };
  const std::size_t size = at(0) >= 0xf0 && at(0) <= 0xf4 ? 4 : at(0) >= 0xe0 && at(0) < 0xf0 ? 3
                           : at(0) >= 0xc2 && at(0) < 0xe0 ? 2 : 0;
  if (held_.size() >= size) return false;
  for (std::size_t index = 1; index < held_.size(); ++index)
    if ((at(index) & 0xc0) != 0x80) return false;
  if (held_.size() < 2) return true;
  return !((at(0) == 0xe0 && at(1) < 0xa0) || (at(0) == 0xed && at(1) > 0x9f) || (at(0) == 0xf0 && at(1) < 0x90) ||
           (at(0) == 0xf4 && at(1) > 0x8f));
}

void Utf8Decoder::give_up(std::string& into) {
  if (else_ == Else::Replacement && !held_.empty()) into += kReplacement;
  for (const char c : held_)
    if (else_ == Else::Windows1252) append_1252(static_cast<std::uint8_t>(c), into);
  held_.clear();
}

}  // namespace postroad::message
