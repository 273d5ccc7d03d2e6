#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace postroad::pop3d {

struct Options {
  std::string host = "localhost";  // in the greeting
  bool allow_plaintext = false;    // passwords without TLS
  std::size_t sessions_max = 10'000;  // of the node
  std::size_t strangers_max = 200;    // of one network, on one loop: connections without sign-in
  int errors_max = 20;             // then the session ends
  int sign_in_failures_max = 5;    // in one session, then it ends

  std::chrono::seconds idle_timeout{600};    // rfc1939 3 asks for 10 minutes at least
  std::chrono::seconds sign_in_timeout{180}; // from the connection to the sign-in
  std::chrono::seconds peer_timeout{300};    // for the peer to take what it is sent
};

}  // namespace postroad::pop3d
