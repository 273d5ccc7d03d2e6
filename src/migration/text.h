#pragma once

#include <string>
#include <string_view>

namespace postroad::migration {

// A peer's words, for people: one line, at most 200 bytes, printable ASCII.
std::string plain(std::string_view text);

// At most `most` bytes of well-formed UTF-8, and no half character.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace postroad::migration
