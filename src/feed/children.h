#pragma once

#include <memory>
#include <string>
#include <utility>

#include "io/event.h"
#include "io/stream.h"

namespace postroad::feed {

// The tasks that a conversation started beside itself: it ends only after them. Where the loop is destroyed under all of
// them, in whatever order, each keeps the conversation alive for itself.
class Children {
 public:
  explicit Children(io::Loop& loop) : loop_(loop), ended_(loop) {}

  // An Ended that leaves the task ends it quietly: the conversation's own read tells why.
  // `owner` owns this and whatever else the task uses.
  void start(std::shared_ptr<void> owner, io::Task<void> task, std::string name) {
    ++count_;
    loop_.spawn(run(std::move(owner), *this, std::move(task)), std::move(name));
  }
  io::Task<void> all_ended() {
    while (count_ > 0) co_await ended_.wait();
  }
  std::size_t count() const { return count_; }

 private:
  // Parameters go in the reverse order: the task before its owner.
  static io::Task<void> run(std::shared_ptr<void> owner, Children& self, io::Task<void> task) {
    try {
      co_await task;
    } catch (const io::Ended&) {
    }
    --self.count_;
    self.ended_.ring();
    (void)owner;
  }
  io::Loop& loop_;
  io::Bell ended_;
  std::size_t count_ = 0;
};

}  // namespace postroad::feed
