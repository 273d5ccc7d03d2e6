#include "store/settle.h"

#include <algorithm>

namespace postroad::store {
using namespace std::chrono_literals;

io::Task<Result<>> settle(Engine& engine, io::Loop& loop, Partition partition, io::Tick until) {
  auto wait = std::chrono::microseconds(50ms);
  for (;;) {
    const auto fence = co_await engine.commit(partition, Batch{});
    if (fence.outcome == Outcome::Committed) co_return Result<>();
    const auto next = loop.clock().steady() + wait;
    if (next >= until) co_return fail(Fault::Busy, "the store does not settle " + partition + "; try again later");
    co_await loop.sleep_until(next);
    wait = std::min(2 * wait, std::chrono::microseconds(2s));
  }
}

}  // namespace postroad::store
