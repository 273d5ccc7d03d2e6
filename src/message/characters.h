#pragma once

#include <string>
#include <string_view>

namespace postroad::message {

// For comparisons that ignore case (IMAP's SEARCH and SORT, i;unicode-casemap of rfc5051): compatibility-decomposed,
// case-folded UTF-8. Bytes that aren't UTF-8 become U+FFFD.
std::string fold_case(std::string_view utf8);

// Without controls (those of C1, too): they become spaces. Well-formed UTF-8 in and out.
std::string printable(std::string utf8);

// The first `count` characters of well-formed UTF-8.
std::string_view first_characters(std::string_view utf8, std::size_t count);

// Appends the character; what is none becomes U+FFFD.
void append_character(char32_t code, std::string& into);

}  // namespace postroad::message
