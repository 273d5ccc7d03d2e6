#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "smtp/flaws.h"

namespace postroad::smtp {

// Takes a message out of what follows DATA: finds its end, and only CRLF.CRLF is one; removes the dots that the
// client put in front of lines; counts and finds flaws.  rfc5321 4.1.1.4, 4.5.2
//
// It works on pieces of any size and stops right behind the end, as what follows there is commands.
class DataDecoder {
 public:
  // The message is appended to `into`, which must outlive the decoder, as long as it holds at most `most` bytes and
  // has no flaw; after that the rest is only read, up to the end.
  DataDecoder(std::string& into, std::uint64_t most) : into_(into), most_(most) {}

  // How many bytes of `piece` were used: all of them, unless the message ended.
  std::size_t feed(std::string_view piece);

  // From now on nothing is appended.
  void drop() { keeps_ = false; }

  bool is_done() const { return state_ == State::Done; }
  const Flaws& flaws() const { return flaws_; }
  // Of the message, whether kept or not.
  std::uint64_t size_bytes() const { return size_bytes_; }
  bool is_too_large() const { return size_bytes_ > most_; }

 private:
  enum class State { LineStart, Dot, DotCr, Line, Cr, Done };
  void keep(std::string_view run);

  std::string& into_;
  std::uint64_t most_;
  std::uint64_t size_bytes_ = 0;
  bool keeps_ = true;
  Flaws flaws_;
  State state_ = State::LineStart;
};

}  // namespace postroad::smtp
