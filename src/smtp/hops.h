#pragma once

#include <cstddef>
#include <string_view>

namespace postroad::smtp {

// How many Received fields the message's header has: more than a hundred are a loop.  rfc5321 6.3
std::size_t count_hops(std::string_view message);

}  // namespace postroad::smtp
