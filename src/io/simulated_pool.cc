#include "io/simulated_pool.h"

#include <algorithm>

namespace postroad::io::simulated {

Pool::Pool(World& world, Options options) : world_(world), options_(options), free_at_(options.threads, world.now()) {
  check(options.threads > 0, "a pool has a thread");
}

bool Pool::submit(std::function<void()> work) {
  if (waiting_->size() >= options_.queue) return false;
  const auto number = ++last_;
  waiting_->emplace(number, std::move(work));
  auto& free_at = *std::ranges::min_element(free_at_);
  free_at = std::max(free_at, world_.now()) + world_.random().between(options_.least, options_.most);
  world_.at(free_at, [alive = std::weak_ptr(waiting_), number] {
    const auto waiting = alive.lock();
    if (!waiting) return;
    const auto due = waiting->extract(number);
    due.mapped()();
  });
  return true;
}

}  // namespace postroad::io::simulated
