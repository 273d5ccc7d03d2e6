#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace postroad {

// A set of byte values: one table of 256, made at compile time.
class CharClass {
 public:
  constexpr CharClass() = default;
  constexpr explicit CharClass(std::string_view members) {
    for (const char c : members) in_[static_cast<std::uint8_t>(c)] = true;
  }
  static constexpr CharClass range(std::uint8_t first, std::uint8_t last) {
    CharClass made;
    for (unsigned c = first; c <= last; ++c) made.in_[c] = true;
    return made;
  }

  constexpr bool has(char c) const { return in_[static_cast<std::uint8_t>(c)]; }
  // True for the empty text too.
  constexpr bool has_all(std::string_view text) const {
    for (const char c : text)
      if (!has(c)) return false;
    return true;
  }

  friend constexpr CharClass operator|(CharClass a, const CharClass& b) {
    for (unsigned c = 0; c < 256; ++c) a.in_[c] = a.in_[c] || b.in_[c];
    return a;
  }
  friend constexpr CharClass operator-(CharClass a, const CharClass& b) {
    for (unsigned c = 0; c < 256; ++c) a.in_[c] = a.in_[c] && !b.in_[c];
    return a;
  }

 private:
  std::array<bool, 256> in_{};
};

// rfc5234 appendix B.1, and the classes that several grammars share.
inline constexpr CharClass kDigit = CharClass::range('0', '9');
inline constexpr CharClass kAlpha = CharClass::range('a', 'z') | CharClass::range('A', 'Z');
inline constexpr CharClass kAlnum = kAlpha | kDigit;
inline constexpr CharClass kHexDigit = kDigit | CharClass("abcdefABCDEF");
inline constexpr CharClass kWsp = CharClass(" \t");
inline constexpr CharClass kControl = CharClass::range(0, 0x1f) | CharClass("\x7f");
inline constexpr CharClass kVchar = CharClass::range(0x21, 0x7e);
inline constexpr CharClass kEightBit = CharClass::range(0x80, 0xff);
// atext: rfc5322 3.2.3.
inline constexpr CharClass kAtext = kAlnum | CharClass("!#$%&'*+-/=?^_`{|}~");

}  // namespace postroad
