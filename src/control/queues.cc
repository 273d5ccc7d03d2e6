#include "control/queues.h"

#include <algorithm>
#include <cmath>

#include "control/cancelling.h"
#include "control/change_rows.h"
#include "control/core.h"
#include "control/errors.h"
#include "control/levers.h"
#include "control/queue_filter.h"
#include "control/retry.h"
#include "control/round.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

constexpr std::uint64_t kListed = 10'000;
constexpr std::size_t kCancellations = 20;  // remembered

Result<std::vector<ClientView>> heaviest(Connection& connection, const std::string& cluster, std::uint64_t most) {
  TRY(const auto rows, connection.run("SELECT s.client, s.cluster, s.queued, coalesce(r.is_held, 0), coalesce(r.per_hour, 0) FROM shares s "
                                      "LEFT JOIN client_rules r ON r.client = s.client WHERE ($1 = '' OR s.cluster = $1) AND (s.queued > 0 OR r.set_at > 0) "
                                      "ORDER BY s.queued DESC, s.client, s.cluster LIMIT $2", {cluster, most}));
  std::vector<ClientView> made;
  for (const auto& row : rows)
    made.push_back({row[0].text(), client_name(connection, row[0].text()), row[1].text(), static_cast<std::uint64_t>(row[2].number()),
                    row[3].number() != 0, static_cast<std::uint64_t>(row[4].number())});
  return made;
}

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
    TRY(view.heaviest, heaviest(connection, view.cluster, kHeaviest));
  }
  return made;
}

struct Rules {
  std::int64_t held = 0;
  std::int64_t slowed = 0;
};
Result<Rules> count_rules(Connection& connection) {
  TRY(const auto row, sql::run_one(connection, "SELECT count(*), CAST(coalesce(sum(is_held), 0) AS BIGINT) FROM client_rules"));
  return Rules{row[1].number(), row[0].number() - row[1].number()};
}

std::string seconds_text(std::chrono::seconds time) { return std::to_string(time.count()) + " s"; }

// Of a filter, as operators write it.
std::string text_of(const QueueFilter& filter) {
  std::string made;
  const auto add = [&made](std::string_view name, const std::string& value) {
    if (!value.empty()) made.append(made.empty() ? "" : " ").append(name).append("=").append(value);
  };
  add("cluster", filter.cluster);
  if (filter.client) add("client", filter.client->empty() ? "operator" : *filter.client);
  add("kind", filter.kind);
  add("domain", filter.domain);
  if (filter.older_than.count() > 0) add("older_than", seconds_text(filter.older_than));
  return made.empty() ? "all" : made;
}

Result<> check_operator(const Caller& caller) {
  if (caller.is_operator()) return {};
  return fail(Fault::Refused, "only operators may do this", std::string(code::kNotAllowed));
}

// What is in the feed already waits too: the cluster gets nothing at all.
Task<Result<>> set_paused(Core& core, std::string cluster, bool is_paused) {
  const auto now = core.machine.loop.clock().now();
  const auto set = [=](Connection& connection) -> Result<bool> {
    TRY(const auto rows, connection.run("UPDATE clusters SET is_paused = $1 WHERE name = $2 RETURNING name", {is_paused, cluster}));
    if (rows.empty()) return fail(Fault::NotFound, "there is no cluster " + cluster, std::string(code::kNoCluster));
    TRY_OK(note_lever(connection, Caller::system(), now, is_paused ? "pause" : "resume", cluster));
    return true;
  };
  CO_TRY_OK(co_await core.writer->run(core.machine.loop, set));
  core.set_paused(cluster, is_paused);
  core.paces[cluster].rest();
  core.drains[cluster].rest();
  core.machine.log.warning(is_paused ? "provisioning.paused" : "provisioning.resumed", {{"cluster", cluster}});
  if (!is_paused) core.ring(cluster);
  co_return Result<>{};
}

Task<Result<>> set_client_rule(Core& core, Caller caller, std::string name, ClientRule rule, std::string action) {
  CO_TRY_OK(check_operator(caller));
  const auto now = core.machine.loop.clock().now();
  const auto set = [=](Connection& connection) -> Result<std::vector<std::string>> {
    TRY(const auto client, client_by_name(connection, name));
    TRY_OK(note_lever(connection, caller, now, action, client_name(connection, client),
                      rule.per_hour > 0 ? std::to_string(rule.per_hour) + " an hour" : ""));
    return set_rule(connection, client, rule, now, caller.name);
  };
  CO_TRY(const auto clusters, co_await core.writer->run(core.machine.loop, set));
  core.machine.log.warning("provisioning." + action, {{"client", log::Private{name}}, {"actor", log::Private{caller.name}}, {"per_hour", rule.per_hour}});
  for (const auto& cluster : clusters) core.ring(cluster);
  co_return Result<>{};
}

// A filter with the client's id in it.
Task<Result<QueueFilter>> resolved(Core& core, Caller caller, QueueFilter filter) {
  CO_TRY_OK(check_operator(caller));
  if (!filter.client) co_return filter;
  CO_TRY(filter.client, co_await core.readers->run(core.machine.loop, [name = *filter.client](Connection& connection) { return client_by_name(connection, name); }));
  co_return filter;
}

}  // namespace

Task<Result<std::vector<QueueView>>> Queues::state() {
  auto& core = *core_;
  const auto now = core.machine.loop.clock().now();
  CO_TRY(auto made, co_await core.readers->run(core.machine.loop, [now](Connection& connection) { return views(connection, now); }));
  CO_TRY(const auto rules, co_await core.readers->run(core.machine.loop, count_rules));
  core.machine.metrics.gauge("postroad_control_clients_held", "Clients of which nothing is handed out, by an operator").set(rules.held);
  core.machine.metrics.gauge("postroad_control_clients_slowed", "Clients slowed to a rate by an operator").set(rules.slowed);
  for (auto& view : made) {
    view.is_reachable = core.is_reachable(view.cluster);
    view.per_second = core.drains[view.cluster].per_second(core.machine.loop.clock().steady());
    const auto can_drain = view.length == 0 || (view.per_second > 0 && !view.is_paused && view.is_reachable);
    if (can_drain) view.drains_in = std::chrono::seconds(view.length == 0 ? 0 : std::llround(std::ceil(static_cast<double>(view.length) / view.per_second)));
    core.show_queue(view);
  }
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

Task<Result<std::vector<ClientView>>> Queues::clients(Caller caller, std::uint64_t most) {
  CO_TRY_OK(check_operator(caller));
  co_return co_await core_->readers->run(core_->machine.loop, [most = std::min(most, kListed)](Connection& connection) { return heaviest(connection, {}, most); });
}

Task<Result<>> Queues::hold(Caller caller, std::string client) {
  return set_client_rule(*core_, std::move(caller), std::move(client), {.is_held = true}, "hold");
}
Task<Result<>> Queues::throttle(Caller caller, std::string client, std::uint64_t per_hour) {
  if (per_hour == 0) co_return fail(Fault::Refused, "a rate is 1 an hour at least; `hold` lets nothing out", std::string(code::kBadValue));
  co_return co_await set_client_rule(*core_, std::move(caller), std::move(client), {.per_hour = per_hour}, "throttle");
}
Task<Result<>> Queues::release(Caller caller, std::string client) { return set_client_rule(*core_, std::move(caller), std::move(client), {}, "release"); }

Task<Result<ChangesPage>> Queues::find(Caller caller, QueueFilter filter, std::int64_t from, std::uint64_t most) {
  auto& core = *core_;
  CO_TRY(filter, co_await resolved(core, std::move(caller), std::move(filter)));
  const auto now = core.machine.loop.clock().now();
  most = std::clamp<std::uint64_t>(most, 1, kListed);
  co_return co_await core.readers->run(core.machine.loop, [=](Connection& connection) -> Result<ChangesPage> {
    TRY(auto stretch, match_queued(connection, filter, from, now));
    ChangesPage page;
    page.next = stretch.next;
    if (stretch.rows.size() > most) {
      page.next = stretch.rows[most].seq;
      stretch.rows.resize(most);
    }
    for (const auto& row : stretch.rows) {
      TRY(auto view, change_by_seq(connection, row.seq));
      page.rows.push_back(std::move(view));
    }
    return page;
  });
}

Task<Result<ChangesPage>> Queues::history(Caller caller, QueueFilter filter, std::int64_t from, std::uint64_t most) {
  auto& core = *core_;
  CO_TRY(filter, co_await resolved(core, std::move(caller), std::move(filter)));
  const auto now = core.machine.loop.clock().now();
  co_return co_await core.readers->run(core.machine.loop, [=](Connection& connection) {
    return match_settled(connection, filter, from, std::clamp<std::uint64_t>(most, 1, kListed), now);
  });
}

Task<Result<CancelView>> Queues::plan_cancel(Caller caller, QueueFilter filter) {
  CO_TRY(filter, co_await resolved(*core_, std::move(caller), std::move(filter)));
  co_return co_await plan_cancelling(core_, std::move(filter));
}

Task<Result<CancelView>> Queues::cancel(Caller caller, QueueFilter filter) {
  auto& core = *core_;
  CO_TRY(filter, co_await resolved(core, caller, std::move(filter)));
  auto& all = core.cancellations;
  if (!all.empty() && !all.back()->view.is_done) co_return fail(Fault::Conflict, "cancellation " + all.back()->view.id + " is under way; wait for its end");
  const auto now = core.machine.loop.clock().now();
  const auto made = std::make_shared<Cancelling>(Cancelling{.view = {.id = core.tools().new_id('k')}, .filter = filter, .actor = caller.name});
  all.push_back(made);
  if (all.size() > kCancellations) all.erase(all.begin());
  const auto noted = co_await core.writer->run(core.machine.loop, [=](Connection& connection) -> Result<bool> {
    TRY_OK(note_lever(connection, caller, now, "cancel", text_of(filter), made->view.id));
    return true;
  });
  if (!noted) {
    made->view.is_done = true;
    co_return std::unexpected(noted.error());
  }
  core.machine.log.warning("provisioning.cancel", {{"cancellation", made->view.id}, {"actor", log::Private{caller.name}}, {"filter", log::Private{text_of(filter)}}});
  core.machine.loop.spawn(run_cancelling(core_, made), "control.cancel");
  co_return made->view;
}

Task<Result<std::vector<CancelView>>> Queues::cancellations(Caller caller) {
  CO_TRY_OK(check_operator(caller));
  std::vector<CancelView> made;
  for (auto at = core_->cancellations.rbegin(); at != core_->cancellations.rend(); ++at) made.push_back((*at)->view);
  co_return made;
}

Task<Result<Receipt>> Queues::retry(Caller caller, std::string change) {
  auto& core = *core_;
  CO_TRY_OK(check_operator(caller));
  const auto now = core.machine.loop.clock().now();
  auto made = co_await core.accept(caller, [=](Draft& draft) -> Result<> {
    TRY_OK(note_lever(draft.sql, caller, now, "retry", change));
    return retry_change(draft, change);
  });
  if (made) core.machine.metrics.counter("postroad_control_retried_total", "Changes that an operator asked for again").add();
  if (made) core.machine.log.warning("provisioning.retry", {{"change", change}, {"actor", log::Private{caller.name}}, {"new_change", made->change}});
  co_return made;
}

Task<Result<std::vector<LeverView>>> Queues::levers(Caller caller, std::uint64_t most) {
  CO_TRY_OK(check_operator(caller));
  co_return co_await core_->readers->run(core_->machine.loop, [most = std::min(most, kListed)](Connection& connection) { return newest_levers(connection, most); });
}

}  // namespace postroad::control
