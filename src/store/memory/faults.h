#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "store/engine.h"

namespace postroad::store::memory {

// What becomes of one commit.
enum class Fate {
  Good,
  Unavailable,
  UnknownUnwritten,  // answers Unknown; it was not written
  UnknownWritten,    // answers Unknown; it was
  UnknownLate,       // answers Unknown; it is written later, unless another commit on the partition comes before
};

// What goes wrong, and how often: 'one in so many calls', drawn from the disk's seed; 0: never. May be changed at any
// time between two steps of the world.
struct Faults {
  std::uint32_t commit_unknown = 0;      // the three kinds alike
  std::uint32_t commit_unavailable = 0;
  std::uint32_t write_busy = 0;          // body_put, body_del, drop_partition: done or not
  std::uint32_t read_busy = 0;
  std::uint32_t lease_busy = 0;
  std::uint32_t late_after_read = 0;     // a read finds a commit that comes late: that lands at once, right behind the read
  std::uint32_t bell_lost = 0;           // the ring does not come; on_lost comes later
  std::uint32_t slow = 0;                // the call takes up to `slow_most`

  bool is_down = false;  // writes, reads and leases alike: Unavailable and Busy

  // How long calls take, and from when on an Unknown is answered.
  std::chrono::microseconds least{20};
  std::chrono::microseconds most{400};
  std::chrono::microseconds slow_most = std::chrono::seconds(3);
  std::chrono::microseconds unknown_after = std::chrono::seconds(5);
  std::chrono::microseconds late_most = std::chrono::seconds(20);
  std::chrono::microseconds lost_after = std::chrono::seconds(2);

  // Asked first for each commit: nothing leaves it to chance.
  std::function<std::optional<Fate>(const Partition&, const Batch&)> on_commit;
  // Asked for each body_put, body_del and drop_partition (the id or the name): true: Busy, and not done.
  std::function<bool(const std::string&)> on_write;
};

}  // namespace postroad::store::memory
