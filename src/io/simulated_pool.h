#pragma once

#include <map>
#include <memory>

#include "io/pool.h"
#include "io/simulated_world.h"

namespace postroad::io::simulated {

// A pool whose threads are simulated: each piece of work runs whole, outside any loop, at the end of the virtual time
// that it takes. Destroying the pool drops what has not run yet.
class Pool : public io::Pool {
 public:
  struct Options {
    std::size_t threads = 2;
    std::size_t queue = 1024;  // pieces waiting or running
    std::chrono::microseconds least{50};
    std::chrono::microseconds most{500};
  };
  explicit Pool(World& world) : Pool(world, Options{}) {}
  Pool(World& world, Options options);

  bool submit(std::function<void()> work) override;

 private:
  World& world_;
  Options options_;
  std::vector<Tick> free_at_;  // by thread
  std::uint64_t last_ = 0;
  using Waiting = std::map<std::uint64_t, std::function<void()>>;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();  // the pool's alone, and gone with it
};

}  // namespace postroad::io::simulated
