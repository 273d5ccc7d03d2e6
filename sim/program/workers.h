#pragma once

#include <cstdint>
#include <functional>

#include "run.h"

namespace postroad::sim {

struct Seeds {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
  int jobs = 2;
};

// Runs seeds in `jobs` processes, each seed in one of them, and gives each verdict as it comes, until all are done or
// `on_verdict` returns false. A process that dies is a finding of the seed that it was at; the others go on.
void run_seeds(const Seeds& seeds, const std::function<bool(const Verdict&)>& on_verdict);

}  // namespace postroad::sim
