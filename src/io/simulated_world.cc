#include "io/simulated_world.h"

#include <algorithm>
#include <cstring>

namespace postroad::io::simulated {
namespace {
// A world begins an hour after its machines did, on a day that is in no other way special.
constexpr Tick kStart = Tick(std::chrono::hours(1));
constexpr Time kStartTime = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2);
// More steps than this without time moving is a task that spins.
constexpr std::uint64_t kMostStepsAtOnce = 50'000'000;
constexpr std::uint64_t kPrime = 1099511628211U;
}  // namespace

void Random::fill(std::span<char> into) {
  while (!into.empty()) {
    const auto drawn = next();
    const auto count = std::min(into.size(), sizeof drawn);
    std::memcpy(into.data(), &drawn, count);
    into = into.subspan(count);
  }
}

// splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
std::uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15U;
  auto z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

std::chrono::microseconds Random::between(std::chrono::microseconds least, std::chrono::microseconds most) {
  return std::chrono::microseconds(between(static_cast<std::uint64_t>(least.count()), static_cast<std::uint64_t>(most.count())));
}

Random Random::fork(std::string_view label) const {
  auto seed = state_ ^ 0x2545f4914f6cdd1dU;
  for (const char c : label) seed = (seed ^ static_cast<unsigned char>(c)) * kPrime;
  Random made(seed);
  return Random(made.next());
}

Time World::WorldClock::now() const { return kStartTime + (world_.now_ - kStart); }

World::World(std::uint64_t seed) : now_(kStart), random_(seed), clock_(*this) { mix(seed); }

World::~World() { check(loops_.empty(), "a world outlives its loops"); }

void World::mix(std::uint64_t what) { trace_ = (trace_ ^ what) * kPrime; }

void World::mix(std::string_view what) {
  mix(std::uint64_t{what.size()});
  for (; what.size() >= 8; what.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, what.data(), 8);
    mix(word);
  }
  for (const char c : what) mix(static_cast<unsigned char>(c));
}

void World::at(Tick when, std::function<void()> event) {
  events_.push_back(Event{std::max(when, now_), next_order_++, std::move(event)});
  std::push_heap(events_.begin(), events_.end());
}

Tick World::next_at() const {
  auto next = events_.empty() ? kNever : events_.front().at;
  for (const Loop* loop : loops_) next = std::min(next, loop->next_due());
  return next == kNever ? kNever : std::max(next, now_);
}

void World::run_ready() {
  Loop& loop = *ready_[random_.below(ready_.size())];
  mix(loop.number_);
  loop.run_one();
}

void World::leap(Tick to) {
  if (to > now_) {
    now_ = to;
    steps_here_ = 0;
    mix(static_cast<std::uint64_t>(to.time_since_epoch().count()));
  }
  if (!events_.empty() && events_.front().at <= now_) {
    std::pop_heap(events_.begin(), events_.end());
    const auto call = std::move(events_.back().call);
    events_.pop_back();
    call();
    return;
  }
  for (Loop* loop : loops_) {
    if (loop->next_due() > now_) continue;
    current_ = loop;
    loop->run_timers();
    current_ = nullptr;
    return;
  }
}

bool World::step() {
  check(current_ == nullptr, "the world is run from outside");
  check(++steps_here_ < kMostStepsAtOnce, "time moves on");
  if (!ready_.empty()) {
    ++steps_;
    run_ready();
    return true;
  }
  const auto next = next_at();
  if (next == kNever) return false;
  ++steps_;
  leap(next);
  return true;
}

void World::run_until_idle() {
  while (!ready_.empty() || !events_.empty()) step();
}

void World::run_for(std::chrono::microseconds time) {
  const auto end = now_ + time;
  while (!ready_.empty() || next_at() <= end) step();
  leap(end);
}

bool World::run_until(const std::function<bool()>& claim, std::chrono::microseconds most) {
  const auto end = now_ + most;
  while (!claim()) {
    if (ready_.empty() && next_at() > end) {
      leap(end);
      return false;
    }
    step();
  }
  return true;
}

}  // namespace postroad::io::simulated
