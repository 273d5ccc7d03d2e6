#include "io/event.h"

#include <algorithm>

#include "base/check.h"

namespace postroad::io {

struct Bell::Waiter {
  explicit Waiter(Bell& owner) : bell(owner), timer(owner.loop_) {}
  ~Waiter() { bell.waiters_.remove(this); }

  Bell& bell;
  Timer timer;
  std::coroutine_handle<> caller;
  bool was_rung = false;
};

Task<bool> Bell::wait(Tick until) {
  struct Suspend {
    Waiter& waiter;
    Tick until;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
      waiter.caller = caller;
      waiter.bell.waiters_.push_back(&waiter);
      Waiter* const self = &waiter;
      waiter.timer.set(until, [self] { self->bell.wake(*self, false); });
    }
    void await_resume() const {}
  };
  Waiter waiter(*this);
  co_await Suspend{waiter, until};
  co_return waiter.was_rung;
}

void Bell::ring() {
  while (!waiters_.empty()) wake(*waiters_.front(), true);
}

// Never resumes the waiter in the ringer's midst: it runs when the loop comes to it.
void Bell::wake(Waiter& waiter, bool rung) {
  waiters_.remove(&waiter);
  waiter.was_rung = rung;
  waiter.timer.cancel();
  loop_.post([caller = waiter.caller] { caller.resume(); });
}

struct Mutex::Waiter {
  explicit Waiter(Mutex& owner) : mutex(owner) {}
  ~Waiter() { mutex.waiters_.remove(this); }
  Mutex& mutex;
  std::coroutine_handle<> caller;
};

Task<Mutex::Guard> Mutex::lock() {
  struct Suspend {
    Waiter& waiter;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
      waiter.caller = caller;
      waiter.mutex.waiters_.push_back(&waiter);
    }
    void await_resume() const {}
  };
  if (!locked_) {
    locked_ = true;
    co_return Guard(this);
  }
  Waiter waiter(*this);
  co_await Suspend{waiter};
  co_return Guard(this);  // release() left it locked, for us
}

void Mutex::release() {
  check(locked_, "a mutex is released by its holder");
  if (waiters_.empty()) {
    locked_ = false;
    return;
  }
  const auto caller = waiters_.front()->caller;
  waiters_.pop_front();
  loop_.post([caller] { caller.resume(); });
}

}  // namespace postroad::io
