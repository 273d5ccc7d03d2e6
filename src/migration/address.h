#pragma once

#include <string_view>

namespace postroad::migration {

// Whether an IP address is of the public internet: not this machine, a private or local network, multicast, reserved; also
// where IPv6 only wraps such an IPv4 address. What is no address is not.  rfc6890
bool is_public_address(std::string_view address);
// Of this machine: 127.0.0.0/8, ::1. What wraps one is none.
bool is_loopback_address(std::string_view address);

}  // namespace postroad::migration
