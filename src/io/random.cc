#include "io/random.h"

#include <cstring>

#include "base/check.h"

namespace postroad::io {

std::uint64_t Random::number() {
  char raw[8];
  fill(raw);
  std::uint64_t made = 0;
  std::memcpy(&made, raw, sizeof made);
  return made;
}

std::uint64_t Random::below(std::uint64_t bound) {
  check(bound > 0, "a random number has a bound above zero");
  const std::uint64_t uneven = -bound % bound;  // how many of the lowest numbers would favour some results
  for (;;) {
    const auto drawn = number();
    if (drawn >= uneven) return drawn % bound;
  }
}

std::string Random::bytes(std::size_t count) {
  std::string made(count, '\0');
  fill(made);
  return made;
}

std::string new_id(char type, const Clock& clock, Random& random, std::uint16_t cluster) {
  return make_id(type, clock.now(), cluster, random.number());
}

}  // namespace postroad::io
