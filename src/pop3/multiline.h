#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace postroad::pop3 {

// Writes a message as the body of a multi-line response: lines that start with a dot get another, and the end is
// CRLF.CRLF.  rfc1939 3. Fed in pieces of any size.
class Multiline {
 public:
  // All of it.
  Multiline() = default;
  // TOP: the header, the blank line and that many lines of the body.  rfc1939 7
  explicit Multiline(std::uint32_t body_lines) : is_top_(true), lines_left_(body_lines) {}

  // Appends what `piece` becomes. Nothing more is wanted once is_done().
  void feed(std::string_view piece, std::string& into);
  bool is_done() const { return is_done_; }
  // Ends the response; a last line without an end gets one.
  void finish(std::string& into);

 private:
  bool is_top_ = false;
  std::uint32_t lines_left_ = 0;
  bool in_header_ = true;
  bool at_line_start_ = true;
  bool is_blank_so_far_ = true;  // of the line under way
  bool is_done_ = false;
};

}  // namespace postroad::pop3
