#pragma once

#include <string>
#include <string_view>

namespace postroad::message {

// UTF-8 text for an unstructured field: as it is where it is printable ASCII that no reader takes for an encoded word,
// else as encoded words, each of at most 75 characters. rfc2047
std::string encode_text(std::string_view utf8);

// A header field with its CRLF, folded at white space so that lines stay within 78 characters where they can, and within
// 998 in any case. CR, LF and NUL of the value become spaces: it can't smuggle in another field. rfc5322 2.1.1
std::string format_field(std::string_view name, std::string_view value);

}  // namespace postroad::message
