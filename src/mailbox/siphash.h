#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace postroad::mailbox {

// SipHash-2-4: who does not know the secret can't make texts that collide.  Aumasson and Bernstein, 2012
std::uint64_t siphash(const std::array<std::uint64_t, 2>& secret, std::string_view text);

}  // namespace postroad::mailbox
