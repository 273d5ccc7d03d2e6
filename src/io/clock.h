#pragma once

#include <chrono>

#include "base/id.h"

namespace postroad::io {

// Monotonic time of this process (or of the simulated world): deadlines and durations, never stored or sent.
struct Steady {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Steady>;
  static constexpr bool is_steady = true;
};
using Tick = Steady::time_point;
inline constexpr Tick kNever = Tick::max();

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;     // UTC; may jump either way
  virtual Tick steady() const = 0;  // never goes back
};

}  // namespace postroad::io
