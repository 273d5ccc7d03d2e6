#pragma once

#include <cstdint>
#include <string>

namespace postroad::bench {

// A message of about `size_bytes`, unlike all others: header and lines of text, ended by CRLF, no line starts with a
// dot.
std::string make_message(const std::string& to, std::uint64_t number, std::size_t size_bytes);

}  // namespace postroad::bench
