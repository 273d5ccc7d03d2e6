#include "control/tidying.h"

#include "control/core.h"
#include "control/deletion.h"

namespace postroad::control {
namespace {

using io::Task;

constexpr std::chrono::seconds kBetween = std::chrono::minutes(10);
constexpr auto kShortly = std::chrono::seconds(1);  // where there is more

// Whether there is more to forget.
Task<bool> forget(std::shared_ptr<Core> core) {
  auto& machine = core->machine;
  const auto now = machine.loop.clock().now();
  const auto forgotten = co_await core->writer->run(machine.loop, [now](sql::Connection& connection) { return forget_overdue(connection, now, kForgottenAtOnce); });
  if (!forgotten || *forgotten == 0) co_return false;
  machine.metrics.counter("postroad_control_forgotten_total", "Deleted users and domains that can't be restored any more and were forgotten.").add(*forgotten);
  machine.log.info("provisioning.forgotten", {{"rows", *forgotten}});
  co_return *forgotten == kForgottenAtOnce;
}

}  // namespace

Task<void> tidy(std::weak_ptr<Core> weak) {
  std::chrono::seconds wait = kBetween;
  for (;;) {
    auto core = weak.lock();
    if (!core) co_return;
    auto& loop = core->machine.loop;
    core.reset();
    co_await loop.sleep(wait);
    core = weak.lock();
    if (!core) co_return;
    wait = co_await forget(std::move(core)) ? kShortly : kBetween;
  }
}

}  // namespace postroad::control
