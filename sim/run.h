#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace postroad::sim {

// Every run has at least so many of each.
inline constexpr std::uint64_t kLeastAcknowledged = 200;
inline constexpr std::uint64_t kLeastFaults = 5;

struct Verdict {
  std::uint64_t seed = 0;
  std::vector<std::string> findings;  // none: all is well
  std::map<std::string, std::uint64_t> acknowledged;
  std::map<std::string, std::uint64_t> faults;
  std::uint64_t trace_hash = 0;
  std::uint64_t steps = 0;
  std::uint64_t virtual_seconds = 0;
};

// Runs the world of a seed from its beginning to the audit at its end. `on_note` gets what happens, for people to read.
Verdict run_seed(std::uint64_t seed, std::function<void(std::string_view)> on_note = {});

}  // namespace postroad::sim
