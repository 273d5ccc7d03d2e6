#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postroad::smtp {

// xtext: '!' to '~' without '+' and '=', and "+" with two upper-case hexadecimal digits.  rfc3461 4
std::string xtext(std::string_view text);
// Nothing where `text` is not xtext.
std::optional<std::string> parse_xtext(std::string_view text);

// utf-8-addr-xtext and utf-8-addr-unitext: characters above ASCII stand as \x{HHHH} or as they are.  rfc6533 3
std::optional<std::string> parse_utf8_addr_xtext(std::string_view text);

}  // namespace postroad::smtp
