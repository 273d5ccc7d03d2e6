#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postroad::sim {

// A message whose whole text follows from its token, so that whoever reads it knows whether it is what was sent. The
// token stands in the header field X-Token; an attempt to hand a message over has a token of its own, also where it
// repeats an earlier one.
struct Letter {
  std::uint64_t number = 0;     // unique in a run
  std::size_t size_bytes = 0;   // of the body, about

  std::string token() const;
  // Header, empty line, body; lines end with CRLF, and some begin with a dot.
  std::string text() const;
};

std::optional<Letter> letter_of(std::string_view token);

// The value of X-Token in a message or in its header; empty where there is none.
std::string token_in(std::string_view text);

// Whether `stored` is the letter, behind whatever header fields the server put on top.
bool is_whole(const Letter& letter, std::string_view stored);

}  // namespace postroad::sim
