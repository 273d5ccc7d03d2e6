#pragma once

#include <string>
#include <string_view>

namespace postroad {

// What failures of a peer are counted under: its IPv4 address, or the /64 of its IPv6 address, of which whoever has one
// has all. A text that is no address stands for itself.
std::string network_of(std::string_view address);

bool is_loopback(std::string_view address);

}  // namespace postroad
