#include "control/queues.h"

#include <algorithm>

#include "control/change_rows.h"
#include "control/core.h"
#include "control/errors.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

constexpr std::uint64_t kListed = 10'000;

Result<std::vector<QueueView>> views(Connection& connection, Time now) {
  TRY(const auto rows, connection.run("SELECT name, is_paused, last_position, queued FROM clusters ORDER BY name"));
  std::vector<QueueView> made;
  for (const auto& row : rows) {
    QueueView& view = made.emplace_back();
    view.cluster = row[0].text();
    view.is_paused = row[1].number() != 0;
    view.length = static_cast<std::uint64_t>(row[3].number());
    TRY(const auto fed, sql::run_one(connection, "SELECT count(*), min(position) FROM queue WHERE cluster = $1 AND stage = 2", {view.cluster}));
    view.in_feed = static_cast<std::uint64_t>(fed[0].number());
    view.acknowledged = static_cast<std::uint64_t>(fed[1].is_null() ? row[2].number() : fed[1].number() - 1);
    TRY(const auto oldest, unsettled_changes(connection, view.cluster, 1));
    if (!oldest.empty()) view.age = now - oldest[0].queued_at;
  }
  return made;
}

// What is in the feed already waits too: the cluster gets nothing at all.
Task<Result<>> set_paused(Core& core, std::string cluster, bool is_paused) {
  const auto set = [=](Connection& connection) -> Result<bool> {
    TRY(const auto rows, connection.run("UPDATE clusters SET is_paused = $1 WHERE name = $2 RETURNING name", {is_paused, cluster}));
    if (rows.empty()) return fail(Fault::NotFound, "there is no cluster " + cluster, std::string(code::kNoCluster));
    return true;
  };
  CO_TRY_OK(co_await core.writer->run(core.machine.loop, set));
  core.set_paused(cluster, is_paused);
  core.paces[cluster].rest();
  core.machine.log.warning(is_paused ? "provisioning.paused" : "provisioning.resumed", {{"cluster", cluster}});
  if (!is_paused) core.ring(cluster);
  co_return Result<>{};
}

}  // namespace

Task<Result<std::vector<QueueView>>> Queues::state() {
  auto& core = *core_;
  const auto now = core.machine.loop.clock().now();
  CO_TRY(auto made, co_await core.readers->run(core.machine.loop, [now](Connection& connection) { return views(connection, now); }));
  for (auto& view : made) view.is_reachable = core.is_reachable(view.cluster);
  co_return made;
}

Task<Result<>> Queues::pause(std::string cluster) { return set_paused(*core_, std::move(cluster), true); }
Task<Result<>> Queues::resume(std::string cluster) { return set_paused(*core_, std::move(cluster), false); }

Task<Result<std::vector<ChangeView>>> Queues::list(std::string cluster, std::uint64_t most) {
  auto& core = *core_;
  return core.readers->run(core.machine.loop, [cluster, most = std::min(most, kListed)](Connection& connection) {
    return unsettled_changes(connection, cluster, most);
  });
}

}  // namespace postroad::control
