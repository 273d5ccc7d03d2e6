#include "migration/throttle.h"

#include <algorithm>

namespace postroad::migration {

io::Tick Throttle::due(io::Tick now, std::uint64_t bytes) {
  constexpr auto kAhead = std::chrono::seconds(1);
  const auto cost = std::chrono::microseconds(bytes * 1'000'000 / rate_);
  const std::scoped_lock lock(mutex_);
  paid_until_ = std::max(paid_until_, now - kAhead) + cost;
  return paid_until_;
}

io::Task<void> Throttle::spend(io::Loop& loop, std::uint64_t bytes) {
  if (rate_ == 0) co_return;
  const auto until = due(loop.clock().steady(), bytes);
  if (until > loop.clock().steady()) co_await loop.sleep_until(until);
}

}  // namespace postroad::migration
