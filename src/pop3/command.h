#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

// The grammar of POP3 (rfc1939, rfc2449 4), without I/O. A command is a keyword and its arguments; what a keyword is
// followed by, one function a form says.
namespace postroad::pop3 {

inline constexpr std::size_t kKeywordBytes = 16;  // rfc1939 3 has three or four letters; CAPA's extensions more

// A line, its end taken off, as keyword (in upper case) and the rest behind one space. Syntax where the line has
// control characters or no keyword.
struct Line {
  std::string keyword;
  std::string rest;  // as sent: a password may start or end with a space
};
Result<Line> parse_line(std::string_view text);

// The forms of what follows a keyword. Message numbers start with 1.
Result<> parse_nothing(std::string_view rest);
Result<std::uint32_t> parse_number(std::string_view rest);                  // RETR, DELE
Result<std::optional<std::uint32_t>> parse_maybe_number(std::string_view rest);  // LIST, UIDL
struct Top {
  std::uint32_t number = 0;
  std::uint32_t lines = 0;
};
Result<Top> parse_top(std::string_view rest);  // rfc1939 7 "TOP msg n"
// One argument, taken whole: USER, PASS.  rfc1939 7: a PASS's argument may hold spaces.
Result<std::string> parse_text(std::string_view rest);
struct Auth {
  std::string mechanism;               // empty: the client asks for the list
  std::optional<std::string> initial;  // rfc5034 4
};
Result<Auth> parse_auth(std::string_view rest);

}  // namespace postroad::pop3
