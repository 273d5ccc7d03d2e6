#pragma once

#include <chrono>
#include <memory>

#include "io/simulated.h"
#include "store/agenda_runner.h"
#include "store/handoff.h"
#include "store/memory/memory.h"

namespace postroad::store::testing {
using namespace std::chrono_literals;

// A node with a store, an agenda's runner and a carrier of handoffs, that may crash and start again on its disk.
class Node {
  struct Shared {
    explicit Shared(std::uint64_t seed) : world(seed), disk(seed) {}
    io::simulated::World world;
    memory::Disk disk;
  };
  std::shared_ptr<Shared> shared_;
  log::Silence log_;
  metrics::Registry metrics_;
  const std::string name_;

 public:
  explicit Node(std::uint64_t seed = 1) : Node(std::make_shared<Shared>(seed), "one") {}
  // Another node on the same disk. Of the same name, it takes the leases from the other again and again.
  Node(const Node& other, std::string name) : Node(other.shared_, std::move(name)) {}
  ~Node() { kill(); }

  Engine& engine() { return store->on(*loop); }
  Time now() const { return loop->clock().now(); }
  template <class T>
  T run(io::Task<T> task) {
    return world.run(*loop, std::move(task));
  }
  // Lets time pass until `is_over`, and a while more; `most` at most.
  template <class IsOver>
  void run_until(std::chrono::minutes most, IsOver is_over) {
    for (auto passed = 0min; passed < most && !is_over(); passed += 1min) world.run_for(1min);
    world.run_for(2min);
  }
  void kill() {
    if (!loop) return;
    loop->kill();
    carrier.reset();
    runner.reset();
    store.reset();
    loop.reset();
  }
  void start() {
    loop = std::make_unique<io::simulated::Loop>(world);
    store = memory::open(disk);
    runner = std::make_unique<agenda::Runner>(engine(), *loop, name_, agenda::Options{}, log_, metrics_);
    carrier = std::make_unique<handoff::Carrier>(engine(), *loop, handoff::Options{}, log_, metrics_);
  }
  void crash() {
    kill();
    start();
  }

  io::simulated::World& world;
  memory::Disk& disk;
  std::unique_ptr<io::simulated::Loop> loop;
  std::unique_ptr<Store> store;
  std::unique_ptr<agenda::Runner> runner;
  std::unique_ptr<handoff::Carrier> carrier;

 private:
  Node(std::shared_ptr<Shared> shared, std::string name)
      : shared_(std::move(shared)), name_(std::move(name)), world(shared_->world), disk(shared_->disk) {
    start();
  }
};

}  // namespace postroad::store::testing
