#pragma once

#include <string>
#include <string_view>

namespace postroad::message {

// A header's text for people: unfolded, encoded words (rfc2047) decoded, as UTF-8. Raw 8-bit text is UTF-8 (rfc6532)
// where it is well-formed, else windows-1252. The result is well-formed UTF-8 without controls (they become spaces).
std::string decode_text(std::string_view value);

}  // namespace postroad::message
