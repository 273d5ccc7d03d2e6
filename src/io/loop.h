#pragma once

#include <coroutine>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/clock.h"
#include "io/task.h"

namespace postroad::io {

class Loop;

// Calls back once, at a time, on its loop. Belongs to that loop's thread. Destroying or cancelling it takes the call
// back. Cheap to set again: a connection keeps one for all its deadlines.
class Timer {
 public:
  explicit Timer(Loop& loop) : loop_(&loop) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void set(Tick at, std::function<void()> on_due);  // replaces what was set; kNever cancels
  void cancel();
  bool is_set() const { return slot_ != kUnset; }
  Tick at() const { return at_; }  // where set
  Loop& loop() const { return *loop_; }
  // Moves an unset timer to another loop.
  void move_to(Loop& loop);

 private:
  friend class Loop;
  bool is_before(const Timer& other) const;
  static constexpr std::size_t kUnset = static_cast<std::size_t>(-1);
  Loop* loop_;
  Tick at_{};
  std::uint64_t order_ = 0;  // among equal times: as they were set
  std::size_t slot_ = kUnset;
  std::function<void()> on_due_;
};

// One thread's event loop. All of a loop's tasks run on its thread, one at a time, so what only they touch needs no
// lock. Every other class here that isn't said to be callable from any thread belongs to one loop.
//
// The real one is an io_context (real.h); the simulated one runs in the world's time (simulated.h).
class Loop {
 public:
  virtual ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  const Clock& clock() const { return clock_; }

  // From any thread: runs `work` on this loop later, in the order of posting from one thread.
  virtual void post(std::function<void()> work) = 0;
  // Whether the caller runs on this loop.
  virtual bool is_here() const = 0;

  // From any thread: starts a task that nobody awaits. The loop owns it: destroying the loop destroys it where it
  // stands. An exception that leaves it stops the process. `name` is for logs and counts.
  void spawn(Task<void> task, std::string name);
  // Tasks spawned here and not ended.
  std::size_t running() const { return roots_.size(); }

  // co_await loop.enter(): goes on running on this loop.
  auto enter() {
    struct Awaiter {
      Loop& loop;
      bool await_ready() const { return loop.is_here(); }
      void await_suspend(std::coroutine_handle<> caller) {
        loop.post([caller] { caller.resume(); });
      }
      void await_resume() const {}
    };
    return Awaiter{*this};
  }

  // co_await loop.yield(): lets everything else that is ready run first.
  auto yield() {
    struct Awaiter {
      Loop& loop;
      bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> caller) {
        loop.post([caller] { caller.resume(); });
      }
      void await_resume() const {}
    };
    return Awaiter{*this};
  }

  // On this loop only.
  Task<void> sleep_until(Tick at);
  Task<void> sleep(std::chrono::microseconds time) { return sleep_until(clock_.steady() + time); }

 protected:
  explicit Loop(const Clock& clock);
  // For the two kinds of loop: when the earliest timer is due (kNever: none), told again whenever it changes; and
  // the call that runs what is due.
  virtual void earliest_changed(Tick at) = 0;
  Tick earliest() const;
  void run_due(Tick now);
  // Destroys all tasks. The derived destructor calls it while the loop's own parts still stand.
  void destroy_tasks();

 private:
  friend class Timer;
  struct Root;
  void start(std::unique_ptr<Root> root);
  void ended(Root& root);
  void add(Timer& timer);
  void remove(Timer& timer);
  void place(std::size_t slot, Timer* timer);
  void sift_up(std::size_t slot);
  void sift_down(std::size_t slot);

  const Clock& clock_;
  std::vector<Timer*> heap_;  // by (at, order)
  std::uint64_t next_order_ = 0;
  std::vector<std::unique_ptr<Root>> roots_;
};

}  // namespace postroad::io
