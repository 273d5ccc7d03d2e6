#pragma once

#include <cstdint>

namespace postroad::sim::model {

// How often something happened: what was answered with OK surely did, what was refused surely did not, and what was never
// answered may have.
struct Tally {
  std::uint64_t least = 0;
  std::uint64_t most = 0;

  void begin() { ++most; }
  void refused() { --most; }
  void known() { ++least; }
  bool allows(std::uint64_t count) const { return least <= count && count <= most; }
};

}  // namespace postroad::sim::model
