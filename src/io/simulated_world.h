#pragma once

#include <coroutine>
#include <deque>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/check.h"
#include "io/clock.h"
#include "io/loop.h"
#include "io/random.h"

namespace postroad::io::simulated {

class Loop;

// Random numbers from a seed: the same ones on every machine.
class Random : public io::Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<char> into) override;

  std::uint64_t next();
  std::uint64_t between(std::uint64_t least, std::uint64_t most) { return least + below(most - least + 1); }
  std::chrono::microseconds between(std::chrono::microseconds least, std::chrono::microseconds most);
  // True once in `times`, on average.
  bool once_in(std::uint64_t times) { return below(times) == 0; }
  // Another generator, whose numbers depend on this one's seed and the label alone.
  Random fork(std::string_view label) const;

 private:
  std::uint64_t state_;
};

// A world: virtual time and the loops that live in it. Everything happens in run_*(), in the calling thread, one step
// after another, and which loop's step is next comes from the seed: what a seed does once it does always. Time stands
// still while anything is ready and then leaps to whatever is due next.
//
// Must outlive its loops, networks and pools. Worlds are independent: each may run in a thread of its own.
class World {
 public:
  explicit World(std::uint64_t seed);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Tick now() const { return now_; }
  Random& random() { return random_; }
  // The clock of those that need none of their own; never jumps.
  const io::Clock& clock() const { return clock_; }

  // Calls `event` at that time, outside any loop. There is no taking it back: let it hold a weak_ptr.
  void at(Tick when, std::function<void()> event);
  void after(std::chrono::microseconds time, std::function<void()> event) { at(now_ + time, std::move(event)); }

  // One piece of posted work, or the leap to what is due next. False where nothing will ever happen.
  bool step();
  // Until no work is ready and no event (bytes under way, pooled work) is to come. Timers do not keep it running, but
  // go off where time passes them.
  void run_until_idle();
  void run_for(std::chrono::microseconds time);
  // Until the claim holds, asked after each step; false where it does not within `most` of virtual time.
  bool run_until(const std::function<bool()>& claim, std::chrono::microseconds most = std::chrono::hours(1));

  // Spawns the task on `loop`, runs the world until it ends, and gives what it returned or throws what it threw.
  // Stops the process where it does not end within `most`.
  template <class T>
  T run(Loop& loop, Task<T> task, std::chrono::microseconds most = std::chrono::hours(1));

  // What happened so far, as a number: each step, each event and everything mixed in. Two runs of one seed have the
  // same one after the same step.
  std::uint64_t trace_hash() const { return trace_; }
  std::uint64_t steps() const { return steps_; }
  void mix(std::uint64_t what);
  void mix(std::string_view what);
  // For people to read, where there is a reader; changes nothing else.
  void tell(std::string_view what) const {
    if (reader_) reader_(now_, what);
  }
  bool has_reader() const { return reader_ != nullptr; }
  void set_reader(std::function<void(Tick, std::string_view)> reader) { reader_ = std::move(reader); }
  // Mixed in and told.
  void note(std::string_view what) {
    mix(what);
    tell(what);
  }

 private:
  friend class Loop;
  class WorldClock : public io::Clock {
   public:
    explicit WorldClock(const World& world) : world_(world) {}
    Time now() const override;
    Tick steady() const override { return world_.now_; }

   private:
    const World& world_;
  };
  struct Event {
    Tick at;
    std::uint64_t order;  // among equal times: as they were made
    std::function<void()> call;
    bool operator<(const Event& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  Tick next_at() const;  // when the next timer or event is due
  void run_ready();
  void leap(Tick to);

  Tick now_;
  std::uint64_t trace_ = 14695981039346656037U;
  std::uint64_t steps_ = 0;
  std::uint64_t steps_here_ = 0;  // since time last moved
  std::uint64_t next_order_ = 0;
  Random random_;
  WorldClock clock_;
  std::vector<Event> events_;  // a heap
  std::vector<Loop*> loops_;   // as they were made
  std::vector<Loop*> ready_;
  const Loop* current_ = nullptr;
  std::function<void(Tick, std::string_view)> reader_;
};

// A node's or a host's clock: its UTC time may be set apart from the world's; its steady time is the world's.
class Clock : public io::Clock {
 public:
  explicit Clock(const World& world) : world_(world) {}
  Time now() const override { return world_.clock().now() + off_; }
  Tick steady() const override { return world_.now(); }
  void jump(std::chrono::microseconds by) { off_ += by; }
  std::chrono::microseconds off() const { return off_; }

 private:
  const World& world_;
  std::chrono::microseconds off_{0};
};

// Destroying a loop destroys its tasks and drops its posted work. Where several loops' tasks reach into each other (a
// node's), kill() all of them first and destroy them after.
class Loop : public io::Loop {
 public:
  // `clock` must outlive the loop.
  Loop(World& world, const io::Clock& clock, std::string name = "loop");
  explicit Loop(World& world, std::string name = "loop") : Loop(world, world.clock(), std::move(name)) {}
  ~Loop() override;

  void post(std::function<void()> work) override;
  bool is_here() const override { return world_.current_ == this; }

  World& world() { return world_; }
  const std::string& name() const { return name_; }

  // Destroys the tasks and drops what was and will be posted. Not from within the loop.
  void kill();
  // Nothing runs here for that long: a paused machine.
  void stall(std::chrono::microseconds time);

 protected:
  void earliest_changed(Tick at) override { due_ = at; }

 private:
  friend class World;
  Tick next_due() const { return due_ == kNever || is_dead_ ? kNever : std::max(due_, stalled_until_); }
  bool is_stalled() const { return stalled_until_ > world_.now_; }
  void become_ready();
  void leave_ready();
  void run_one();
  void run_timers() { run_due(world_.now_); }

  World& world_;
  std::string name_;
  std::uint64_t number_ = 0;
  std::deque<std::function<void()>> queue_;
  bool is_ready_ = false;  // stands in the world's list
  bool is_dead_ = false;
  Tick due_ = kNever;
  Tick stalled_until_ = Tick::min();
};

namespace detail {
template <class T>
struct Held {
  std::optional<T> value;
  std::exception_ptr failure;
  bool is_done = false;
};
template <>
struct Held<void> {
  std::exception_ptr failure;
  bool is_done = false;
};
// `held` must outlive the task.
template <class T>
Task<void> hold(Task<T> task, Held<T>& held) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await task;
    } else {
      held.value.emplace(co_await task);
    }
  } catch (...) {
    held.failure = std::current_exception();
  }
  held.is_done = true;
}
}  // namespace detail

template <class T>
T World::run(Loop& loop, Task<T> task, std::chrono::microseconds most) {
  detail::Held<T> held;
  loop.spawn(detail::hold(std::move(task), held), "run");
  check(run_until([&held] { return held.is_done; }, most), "the task ends in time");
  if (held.failure) std::rethrow_exception(held.failure);
  if constexpr (!std::is_void_v<T>) return std::move(*held.value);
}

}  // namespace postroad::io::simulated
