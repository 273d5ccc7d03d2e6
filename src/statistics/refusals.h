#pragma once

#include <atomic>
#include <cstdint>

namespace postroad::statistics {

// What a node refuses over SMTP, before any mailbox has a part in it, and what is not kept yet. From any thread.
struct Refusals {
  std::atomic<std::uint64_t> recipients = 0;
  std::atomic<std::uint64_t> messages = 0;
};

}  // namespace postroad::statistics
