#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace postroad::smtpd {

// The bytes that messages on their way in may hold in memory, all sessions of a process together. From any thread.
class Budget {
 public:
  explicit Budget(std::uint64_t bytes) : most_(bytes) {}

  // Takes so many bytes, or none.
  bool take(std::uint64_t bytes) {
    auto used = used_.load(std::memory_order_relaxed);
    do {
      if (bytes > most_ - used) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
  }
  void give(std::uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  std::uint64_t most_;
  std::atomic<std::uint64_t> used_{0};
};

// What one message holds of the budget, given back at its end. The budget must outlive it.
class Hold {
 public:
  explicit Hold(Budget& budget) : budget_(&budget) {}
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  ~Hold() { release(); }

  // Holds at least so many bytes from now on; false, and nothing changes, where the budget has too few left.
  bool grow_to(std::uint64_t bytes) {
    if (bytes <= held_) return true;
    // In steps, so that a message does not ask for each piece.
    const auto wanted = (bytes + kStep - 1) / kStep * kStep;
    if (!budget_->take(wanted - held_)) return false;
    held_ = wanted;
    return true;
  }
  void release() { budget_->give(std::exchange(held_, 0)); }

 private:
  static constexpr std::uint64_t kStep = 64UL << 10;
  Budget* budget_;
  std::uint64_t held_ = 0;
};

}  // namespace postroad::smtpd
