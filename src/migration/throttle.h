#pragma once

#include <cstdint>
#include <mutex>

#include "io/loop.h"

namespace postroad::migration {

// A rate that several share, on any loops: each says what it took and waits until that is paid for. A second's worth may
// be taken at once.
class Throttle {
 public:
  explicit Throttle(std::uint64_t bytes_per_second) : rate_(bytes_per_second) {}  // 0: no limit
  // On `loop`, the caller's.
  io::Task<void> spend(io::Loop& loop, std::uint64_t bytes);
  bool is_limited() const { return rate_ > 0; }

 private:
  io::Tick due(io::Tick now, std::uint64_t bytes);
  const std::uint64_t rate_;
  std::mutex mutex_;
  io::Tick paid_until_{};
};

}  // namespace postroad::migration
