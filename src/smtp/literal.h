#pragma once

#include <string_view>

namespace postroad::smtp {

// address-literal without its brackets: `192.0.2.1` or `IPv6:2001:db8::1`. No other tag is registered, so no
// General-address-literal is accepted.  rfc5321 4.1.3
bool is_address_literal(std::string_view text);

}  // namespace postroad::smtp
