#include "io/loop.h"

#include <algorithm>

#include "base/check.h"

namespace postroad::io {

// A spawned task, and the coroutine that awaits it and tells the loop when it has ended.
struct Loop::Root {
  struct Driver {
    struct promise_type {
      Root* root;
      promise_type(Root& owner) : root(&owner) {}
      Driver get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
      std::suspend_always initial_suspend() noexcept { return {}; }
      // Only here, suspended for good, may another thread destroy the frame.
      auto final_suspend() noexcept {
        struct Tell {
          bool await_ready() noexcept { return false; }
          void await_suspend(std::coroutine_handle<promise_type> self) noexcept {
            Root* const ended = self.promise().root;
            ended->loop.post([ended] { ended->loop.ended(*ended); });
          }
          void await_resume() noexcept {}
        };
        return Tell{};
      }
      void return_void() {}
      void unhandled_exception() { stop_broken("an exception left the task " + root->name, std::source_location::current()); }
    };
    std::coroutine_handle<promise_type> handle;
  };

  static Driver drive(Root& root) { co_await root.task; }

  Root(Loop& owner, Task<void> body, std::string label) : loop(owner), name(std::move(label)), task(std::move(body)) {
    driver = drive(*this).handle;
  }
  ~Root() { driver.destroy(); }

  Loop& loop;
  std::string name;
  std::size_t slot = 0;  // in roots_
  Task<void> task;
  std::coroutine_handle<> driver;
};

Loop::Loop(const Clock& clock) : clock_(clock) {}

Loop::~Loop() { check(roots_.empty(), "a loop's tasks are destroyed before the loop"); }

void Loop::spawn(Task<void> task, std::string name) {
  auto root = std::make_shared<std::unique_ptr<Root>>(std::make_unique<Root>(*this, std::move(task), std::move(name)));
  post([this, root] { start(std::move(*root)); });
}

void Loop::start(std::unique_ptr<Root> root) {
  const auto driver = root->driver;
  root->slot = roots_.size();
  roots_.push_back(std::move(root));
  driver.resume();
}

void Loop::ended(Root& root) {
  const auto slot = root.slot;
  std::swap(roots_[slot], roots_.back());
  roots_[slot]->slot = slot;
  const auto gone = std::move(roots_.back());
  roots_.pop_back();
}

void Loop::destroy_tasks() {
  while (!roots_.empty()) {
    const auto gone = std::move(roots_.back());
    roots_.pop_back();
  }
}

Task<void> Loop::sleep_until(Tick at) {
  struct Awaiter {
    Timer timer;
    Tick at;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
      timer.set(at, [caller] { caller.resume(); });
    }
    void await_resume() const {}
  };
  co_await Awaiter{Timer(*this), at};
}

// The timers: a binary heap in which each knows its slot.

void Timer::set(Tick at, std::function<void()> on_due) {
  cancel();
  if (at == kNever) return;
  at_ = at;
  on_due_ = std::move(on_due);
  loop_->add(*this);
}

void Timer::cancel() {
  if (is_set()) loop_->remove(*this);
  on_due_ = nullptr;
}

void Timer::move_to(Loop& loop) {
  check(!is_set(), "only an unset timer moves to another loop");
  loop_ = &loop;
}

void Loop::place(std::size_t slot, Timer* timer) {
  heap_[slot] = timer;
  timer->slot_ = slot;
}

bool Timer::is_before(const Timer& other) const {
  return at_ != other.at_ ? at_ < other.at_ : order_ < other.order_;
}

void Loop::sift_up(std::size_t slot) {
  Timer* const timer = heap_[slot];
  while (slot > 0) {
    Timer* const parent = heap_[(slot - 1) / 2];
    if (!timer->is_before(*parent)) break;
    place(slot, parent);
    slot = (slot - 1) / 2;
  }
  place(slot, timer);
}

void Loop::sift_down(std::size_t slot) {
  Timer* const timer = heap_[slot];
  for (;;) {
    std::size_t child = 2 * slot + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->is_before(*heap_[child])) ++child;
    if (!heap_[child]->is_before(*timer)) break;
    place(slot, heap_[child]);
    slot = child;
  }
  place(slot, timer);
}

void Loop::add(Timer& timer) {
  timer.order_ = next_order_++;
  heap_.push_back(&timer);
  sift_up(heap_.size() - 1);
  if (heap_.front() == &timer) earliest_changed(timer.at_);
}

void Loop::remove(Timer& timer) {
  const auto slot = timer.slot_;
  timer.slot_ = Timer::kUnset;
  Timer* const last = heap_.back();
  heap_.pop_back();
  if (last != &timer) {
    place(slot, last);
    sift_up(slot);
    sift_down(last->slot_);
  }
  if (slot == 0) earliest_changed(earliest());
}

Tick Loop::earliest() const { return heap_.empty() ? kNever : heap_.front()->at_; }

void Loop::run_due(Tick now) {
  while (!heap_.empty() && heap_.front()->at_ <= now) {
    Timer& due = *heap_.front();
    const auto call = std::move(due.on_due_);
    remove(due);
    call();  // may destroy the timer
  }
}

}  // namespace postroad::io
