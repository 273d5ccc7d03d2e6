#pragma once

#include <coroutine>
#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "io/loop.h"

namespace postroad::io {

// Wakes tasks of one loop. ring() wakes all that wait now and is forgotten: waiters re-check what they wait for. Whoever
// waits must be gone before the bell is: an owner that goes down kills its loop first.
class Bell {
 public:
  explicit Bell(Loop& loop) : loop_(loop) {}
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  // True when rung, false when `until` came first.
  Task<bool> wait(Tick until = kNever);
  void ring();
  std::size_t waiting() const { return waiters_.size(); }

 private:
  struct Waiter;
  void wake(Waiter& waiter, bool rung);
  Loop& loop_;
  std::list<Waiter*> waiters_;  // in the order of coming
};

// One at a time, in the order of asking. Not recursive. Hold the Guard in a named variable.
class Mutex {
 public:
  explicit Mutex(Loop& loop) : loop_(loop) {}
  class [[nodiscard]] Guard {
   public:
    explicit Guard(Mutex* mutex) : mutex_(mutex) {}
    Guard(Guard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    Guard& operator=(Guard&&) = delete;
    ~Guard() {
      if (mutex_ != nullptr) mutex_->release();
    }

   private:
    Mutex* mutex_;
  };
  Task<Guard> lock();
  bool is_locked() const { return locked_; }

 private:
  void release();
  struct Waiter;
  Loop& loop_;
  bool locked_ = false;
  std::list<Waiter*> waiters_;
};

// The result of work that is done elsewhere (another loop, a pool's thread), awaited by exactly one task. set() is
// called at most once, from any thread; the waiter resumes on `home`. The state is shared, so either side may go first.
template <class T>
class Promised {
 public:
  explicit Promised(Loop& home) : state_(std::make_shared<State>(home)) {}

  void set(T value) const {
    auto state = state_;
    state->home.post([state, value = std::make_shared<T>(std::move(value))] {
      state->value.emplace(std::move(*value));
      if (state->waiter != nullptr) std::exchange(state->waiter, nullptr).resume();
    });
  }

  Task<T> get() {
    struct Awaiter {
      State& state;
      bool await_ready() const { return state.value.has_value(); }
      void await_suspend(std::coroutine_handle<> caller) { state.waiter = caller; }
      void await_resume() const {}
      ~Awaiter() { state.waiter = nullptr; }
    };
    auto state = state_;
    co_await Awaiter{*state};
    co_return std::move(*state->value);
  }

 private:
  struct State {
    explicit State(Loop& loop) : home(loop) {}
    Loop& home;
    std::optional<T> value;
    std::coroutine_handle<> waiter;
  };
  std::shared_ptr<State> state_;
};

}  // namespace postroad::io
