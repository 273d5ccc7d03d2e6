#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>

#include "io/clock.h"

namespace postroad::control {

// How fast a cluster settles what it is handed, while it has something: an average in which the last seconds count most.
class Pace {
 public:
  static constexpr double kSeconds = 5;          // after which a measurement counts a third
  static constexpr std::int64_t kFeedLeast = 16;

  // The cluster has something to do.
  void handed(io::Tick now) {
    if (!since_) since_ = now;
  }
  // `left`: whether it has more to do.
  void settled(std::uint64_t count, io::Tick now, bool left) {
    if (!since_) return;
    const auto elapsed = std::chrono::duration<double>(now - *since_).count();
    since_ = left ? std::optional(now) : std::nullopt;
    done_ += static_cast<double>(count);
    took_ += elapsed;
    const auto keep = std::exp(-elapsed / kSeconds);
    done_ *= keep;
    took_ *= keep;
    if (took_ > 0) per_second_ = done_ / took_;
  }
  // What is under way will take longer than the cluster does.
  void rest() { since_.reset(); }

  // 0: not known yet.
  double per_second() const { return per_second_; }
  // With the time that has passed since the last measurement: where it comes to a halt, that shows.
  double per_second(io::Tick now) const {
    if (!since_ || per_second_ <= 0) return per_second_;
    return done_ / (took_ + std::chrono::duration<double>(now - *since_).count());
  }
  // So much work, at most `most` changes.
  std::int64_t feed_most(std::int64_t most, std::chrono::milliseconds work = std::chrono::seconds(1)) const {
    if (per_second_ <= 0) return most;
    const auto changes = std::min(per_second_, 1e9) * std::chrono::duration<double>(work).count();
    return std::clamp(static_cast<std::int64_t>(changes), std::min(kFeedLeast, most), most);
  }

 private:
  std::optional<io::Tick> since_;
  double done_ = 0;
  double took_ = 0;
  double per_second_ = 0;
};

}  // namespace postroad::control
