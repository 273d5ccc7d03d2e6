#include <algorithm>

#include "io/simulated_world.h"

namespace postroad::io::simulated {

Loop::Loop(World& world, const io::Clock& clock, std::string name)
    : io::Loop(clock), world_(world), name_(std::move(name)), number_(world.next_order_++) {
  world_.loops_.push_back(this);
}

Loop::~Loop() {
  kill();
  std::erase(world_.loops_, this);
}

void Loop::kill() {
  check(world_.current_ != this, "a loop is killed from outside");
  is_dead_ = true;
  destroy_tasks();  // what their destructors post is dropped, since the loop is dead
  queue_.clear();
  leave_ready();
}

void Loop::post(std::function<void()> work) {
  if (is_dead_) return;
  queue_.push_back(std::move(work));
  become_ready();
}

void Loop::become_ready() {
  if (is_ready_ || is_stalled()) return;
  is_ready_ = true;
  world_.ready_.push_back(this);
}

void Loop::leave_ready() {
  if (!is_ready_) return;
  is_ready_ = false;
  std::erase(world_.ready_, this);
}

void Loop::run_one() {
  const auto work = std::move(queue_.front());
  queue_.pop_front();
  if (queue_.empty()) leave_ready();
  world_.current_ = this;
  work();
  world_.current_ = nullptr;
}

void Loop::stall(std::chrono::microseconds time) {
  stalled_until_ = std::max(stalled_until_, world_.now() + time);
  leave_ready();
  // A loop may be gone by then; one that took its place in the list is not harmed by being looked at.
  world_.at(stalled_until_, [&world = world_, number = number_] {
    for (Loop* loop : world.loops_)
      if (loop->number_ == number && !loop->queue_.empty()) loop->become_ready();
  });
}

}  // namespace postroad::io::simulated
