#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

// What a foreign POP3 server says: rfc1939. Lines are given without their line end.
namespace postroad::migration::pop3 {

struct Reply {
  bool is_ok = false;
  bool is_continuation = false;  // `+`, of AUTH.  rfc5034 4
  std::string code;              // upper case, `IN-USE`; empty where there is none.  rfc2449 8
  std::string text;
};
Result<Reply> parse_reply(std::string_view line);

// STAT: messages, octets.  rfc1939 5
Result<std::pair<std::uint64_t, std::uint64_t>> parse_stat(std::string_view text);
// A line of LIST: message number, octets.
Result<std::pair<std::uint64_t, std::uint64_t>> parse_listed(std::string_view line);
// A line of UIDL: message number, unique-id. The RFC's 70 characters are not insisted on.  rfc1939 7
Result<std::pair<std::uint64_t, std::string>> parse_unique_id(std::string_view line);

// Reads a multi-line response as it comes, in pieces of any size: takes the dots away, and knows the end.  rfc1939 3
class Dots {
 public:
  // Appends to `into` what `bytes` hold of the text, and gives how many bytes were of this response.
  std::size_t feed(std::string_view bytes, std::string& into);
  bool is_done() const { return state_ == State::Done; }

 private:
  enum class State { LineStart, Text, Cr, Dot, DotCr, Done };
  State state_ = State::LineStart;
};

}  // namespace postroad::migration::pop3
