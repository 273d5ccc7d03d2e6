#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/limits.h"

namespace postroad::imapd {

struct Options {
  std::string host = "localhost";  // in the greeting
  std::string version;             // in ID; may be empty
  bool allow_plaintext = false;    // passwords without TLS

  std::uint64_t message_bytes_max = limits::kMessageBytes;  // APPENDLIMIT.  rfc7889
  std::uint64_t upload_bytes_max = 256UL << 20;             // held of messages on their way in, by all sessions
  std::size_t sessions_max = 50'000;                        // of the node
  std::size_t sessions_per_account_max = 100;
  std::size_t strangers_max = 200;                          // of one network, on one loop: connections without sign-in
  int errors_max = limits::kImapErrors;                     // BADs, then BYE
  int sign_in_failures_max = 5;                             // in one session, then BYE

  std::chrono::seconds idle_timeout{1800};   // rfc3501 5.4 asks for 30 minutes at least
  std::chrono::seconds sign_in_timeout{180}; // from the connection to the sign-in
  std::chrono::seconds peer_timeout{300};    // for the peer to take what it is sent, or send what it announced
};

}  // namespace postroad::imapd
