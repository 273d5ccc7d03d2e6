#pragma once

#include <chrono>
#include <cstddef>

namespace postroad::appd {

struct Options {
  std::chrono::seconds idle_timeout{600};
  std::chrono::seconds sign_in_timeout{180}; // from the connection to LOGIN
  std::chrono::seconds peer_timeout{60};     // for the peer to take a reply, and for the TLS handshake
  std::size_t sessions_max = 2000;
  std::size_t strangers_max = 100;           // of one network, not signed in
  std::size_t sessions_per_administrator_max = 200;
  std::size_t sign_in_failures_max = 5;      // in one session, then it ends
};

// What requests may take of memory: before LOGIN; and beyond kPlainRequestBytes only so many at once, all sessions together.
inline constexpr std::size_t kStrangerRequestBytes = 8UL << 10;
inline constexpr std::size_t kPlainRequestBytes = 64UL << 10;
inline constexpr std::size_t kLargeRequests = 64;

}  // namespace postroad::appd
