#pragma once

#include <chrono>
#include <cstddef>

namespace postroad::delivery {

struct Options {
  // How long a message that some accounts have and others lack is worked on before the client is told to try again:
  // it waits ten minutes at least.  rfc5321 4.5.3.2.6
  std::chrono::seconds settle_time{60};
  std::size_t accounts_at_once = 64;           // of one message
  std::size_t bytes_at_once = 16UL << 20;      // of one message's copies: a large one goes to fewer at once

  std::chrono::seconds retry_least{30};        // between two tries of a queued message; doubles
  std::chrono::seconds retry_most{3600};
  std::chrono::seconds retry_for{5 * 86'400};  // then it is stuck.  rfc5321 4.5.4.1
};

}  // namespace postroad::delivery
