#pragma once

#include "io/simulated.h"
#include "store/memory/memory.h"

namespace postroad::store::testing {

// The memory engine in a simulated world, for the conformance suite.
class OnMemory {
 public:
  static constexpr const char* kName = "memory";

  Engine& engine() { return store_->on(loop_); }
  io::Loop& loop() { return loop_; }
  memory::Disk& disk() { return disk_; }
  io::simulated::World& world() { return world_; }

  template <class T>
  T run(io::Task<T> task) {
    return world_.run(loop_, std::move(task));
  }
  void pass(std::chrono::milliseconds time) { world_.run_for(time); }
  // Lets what was posted to the loop run.
  void rest() { world_.run_until_idle(); }
  void reopen() {
    store_.reset();
    store_ = memory::open(disk_);
  }

 private:
  io::simulated::World world_{1};
  io::simulated::Loop loop_{world_};
  memory::Disk disk_{1};
  std::unique_ptr<Store> store_ = memory::open(disk_);
};

}  // namespace postroad::store::testing
