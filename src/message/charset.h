#pragma once

#include <string>
#include <string_view>

namespace postroad::message {

// Bytes in a charset as well-formed UTF-8. What can't be decoded becomes U+FFFD. An unknown charset, US-ASCII with 8-bit
// bytes and the empty name: UTF-8 where it is well-formed, else windows-1252, as browsers do.
std::string to_utf8(std::string_view bytes, std::string_view charset);

// Whether to_utf8 knows it (IMAP: BADCHARSET).
bool is_known_charset(std::string_view charset);

// For comparisons that ignore case (IMAP's SEARCH and SORT, i;unicode-casemap of rfc5051): compatibility-decomposed,
// case-folded UTF-8. Bytes that aren't UTF-8 become U+FFFD.
std::string fold_case(std::string_view utf8);

// The first `characters` code points of well-formed UTF-8.
std::string_view first_characters(std::string_view utf8, std::size_t characters);

}  // namespace postroad::message
