#pragma once

#include <string>
#include <string_view>

namespace postroad::message {

// A header's text for people: unfolded, encoded words (rfc2047) decoded, as UTF-8. Raw 8-bit text is UTF-8 (rfc6532)
// where it is well-formed, else windows-1252. The result is well-formed UTF-8 without controls (they become spaces).
std::string decode_text(std::string_view value);

// Bytes in a charset as well-formed UTF-8. What can't be decoded becomes U+FFFD. An unknown charset, US-ASCII with 8-bit
// bytes and the empty name: UTF-8 where it is well-formed, else windows-1252, as browsers do.
std::string to_utf8(std::string_view bytes, std::string_view charset);
// Whether to_utf8 knows it (IMAP: BADCHARSET).
bool is_known_charset(std::string_view charset);

// For comparisons that ignore case (IMAP's SEARCH and SORT, i;unicode-casemap of rfc5051): case-folded, compatibility-
// decomposed UTF-8.
std::string fold_case(std::string_view utf8);

// What is left of a decoded subject when Re:, Fwd:, [lists] and trailers are taken off: rfc5256 2.1. UTF-8 in, UTF-8 out.
struct BaseSubject {
  std::string text;       // upper case of ASCII as rfc5256's collation wants is not applied
  bool is_reply = false;  // or a forward
};
BaseSubject base_subject(std::string_view decoded);

// Roughly the words of an HTML text: without tags, comments, script, style and head; entities decoded. UTF-8 in and
// out. Not for display as HTML, ever.
std::string html_to_text(std::string_view html);

}  // namespace postroad::message
