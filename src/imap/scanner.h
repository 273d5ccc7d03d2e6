#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/scanner.h"
#include "imap/flags.h"
#include "imap/sequence_set.h"

namespace postroad::imap {

// rfc3501 9: CHAR is 0x01 to 0x7f.
inline constexpr CharClass kAtomSpecials = kControl | kEightBit | CharClass("(){ %*\"\\]");
inline constexpr CharClass kAtomChar = CharClass::range(0x01, 0x7f) - kAtomSpecials;
inline constexpr CharClass kAstringChar = kAtomChar | CharClass("]");
inline constexpr CharClass kTagChar = kAstringChar - CharClass("+");
inline constexpr CharClass kListChar = kAstringChar | CharClass("%*");

// The terminals and small rules of rfc3501 9 that commands share; one function a rule, with the rule's name.
//
// A command's text is its lines and literals as they came, without the last line end, so that a literal stands there
// as {5}CRLF and five bytes. What is returned owns its bytes.
class Scanner : public postroad::Scanner {
 public:
  using postroad::Scanner::Scanner;

  std::string atom(std::string_view what = "atom");
  // A quoted string or a literal. Eight-bit text in quotes must be UTF-8, which rfc9051 allows and clients send.
  std::string string();
  std::string astring(std::string_view what = "string");
  // Of a size that is not 0 and fits 32 bits: sequence numbers, UIDs.
  std::uint32_t nz_number();
  // rfc7162 7: mod-sequence-value, or with zero mod-sequence-valzer.
  std::uint64_t mod_sequence(bool zero_too = false);

  // In UTF-8. INBOX is upper-case, also as the first part of a longer name.
  std::string mailbox();
  // The same with the wildcards % and *.
  std::string list_mailbox();

  SequenceSet sequence_set();

  // Of STORE, APPEND and SEARCH KEYWORD. \Recent and unknown \Flags are refused.
  void flag(Flags& into);
  std::string flag_keyword();
  // In parentheses.
  Flags flag_list();

  // 1-Feb-1994, quoted or not.
  std::chrono::sys_days date();
  // " 1-Feb-1994 21:52:25 -0800" in quotes; from year 1 to 9999, in UTC.
  Time date_time();

 private:
  std::string quoted();
  std::string literal();
  std::string decode_mailbox(const std::string& wire, std::size_t most_bytes);
  std::chrono::sys_days date_text(bool fixed);
  unsigned two_digits(unsigned max, std::string_view what);
};

}  // namespace postroad::imap
