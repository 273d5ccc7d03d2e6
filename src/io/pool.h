#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "io/event.h"

namespace postroad::io {

// A bounded pool of threads for work that blocks or takes long: password hashing, SQL, cold reads.
class Pool {
 public:
  virtual ~Pool() = default;

  // From any thread: runs `work` on one of the pool's threads. False where the queue is full; `work` is then gone.
  virtual bool submit(std::function<void()> work) = 0;

  // Runs `work()` on the pool and comes back to `home`, the caller's loop, with what it returned; Busy where the
  // queue is full. What `work` refers to must outlive it even if the caller is destroyed: capture by value.
  template <class Work, class T = std::invoke_result_t<Work>>
  Task<Result<T>> run(Loop& home, Work work) {
    Promised<std::shared_ptr<T>> promised(home);
    auto held = std::make_shared<Work>(std::move(work));
    if (!submit([promised, held] { promised.set(std::make_shared<T>((*held)())); }))
      co_return fail(Fault::Busy, "the pool's queue is full; try again later");
    auto made = co_await promised.get();
    co_return std::move(*made);
  }
};

}  // namespace postroad::io
