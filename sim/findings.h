#pragma once

#include <string>
#include <utility>
#include <vector>

#include "io/simulated_world.h"

namespace postroad::sim {

// What a run found to be wrong. One is enough: the run stops at the next look.
class Findings {
 public:
  explicit Findings(io::simulated::World& world) : world_(world) {}

  void add(std::string what) {
    world_.note("FOUND " + what);
    all_.push_back(std::move(what));
  }
  bool any() const { return !all_.empty(); }
  const std::vector<std::string>& all() const { return all_; }

 private:
  io::simulated::World& world_;
  std::vector<std::string> all_;
};

}  // namespace postroad::sim
