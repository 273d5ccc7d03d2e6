#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace postroad::smtpd {

// The bytes that messages on their way in may hold in memory, all sessions of a process together. From any thread.
//
// What is nearly used up is kept for those who need little: from 75 % on large messages wait, from 90 % on no new one is
// begun, and what is left is for the small ones under way. So a few large messages never stop all mail.
class Budget {
 public:
  enum class For { Large, New, Small };

  explicit Budget(std::uint64_t bytes) : most_(bytes) {}

  bool has(std::uint64_t bytes, For what) const { return bytes <= limit(what) && used() <= limit(what) - bytes; }
  // Takes so many bytes, or none.
  bool take(std::uint64_t bytes, For what) {
    auto used = used_.load(std::memory_order_relaxed);
    do {
      if (bytes > limit(what) || used > limit(what) - bytes) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
  }
  void give(std::uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }
  bool takes_new() const { return used() < limit(For::New); }

 private:
  std::uint64_t limit(For what) const { return what == For::Large ? most_ / 4 * 3 : what == For::New ? most_ / 10 * 9 : most_; }

  const std::uint64_t most_;
  std::atomic<std::uint64_t> used_{0};
};

// What one message holds of the budget, given back at its end. The budget must outlive it.
class Hold {
 public:
  explicit Hold(Budget& budget) : budget_(&budget) {}
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() { release(); }

  bool could_grow_to(std::uint64_t bytes, Budget::For what) const { return bytes <= held_ || budget_->has(bytes - held_, what); }
  // Holds at least so many bytes from now on; false, and nothing changes, where the budget has too few left.
  bool grow_to(std::uint64_t bytes, Budget::For what) {
    if (bytes <= held_) return true;
    if (!budget_->take(bytes - held_, what)) return false;
    held_ = bytes;
    return true;
  }
  void release() { budget_->give(std::exchange(held_, 0)); }

 private:
  Budget* budget_;
  std::uint64_t held_ = 0;
};

}  // namespace postroad::smtpd
