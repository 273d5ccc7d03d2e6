#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "io/clock.h"

namespace postroad::io {

// Unpredictable bytes (in simulation: from the seed). Callable from any thread.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<char> into) = 0;

  std::uint64_t number();                            // all 64 bits
  std::uint64_t below(std::uint64_t bound);          // 0 <= n < bound, unbiased; bound > 0
  std::string bytes(std::size_t count);
};

// An id made now.  base/id.h
std::string new_id(char type, const Clock& clock, Random& random, std::uint16_t cluster);

}  // namespace postroad::io
