#pragma once

#include <chrono>
#include <cstddef>

namespace postroad::appd {

struct Options {
  std::chrono::seconds idle_timeout{600};
  std::chrono::seconds peer_timeout{60};  // for the peer to take a reply, and for the TLS handshake
  std::size_t sessions_max = 2000;
  std::size_t sign_in_failures_max = 5;   // in one session, then it ends
};

}  // namespace postroad::appd
