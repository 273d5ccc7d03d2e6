#include "control/feed_source.h"

#include <algorithm>

#include "base/mutant.h"
#include "control/core.h"
#include "control/errors.h"
#include "control/hashing.h"
#include "control/round.h"
#include "control/rows.h"
#include "control/statistics_intake.h"

namespace postroad::control {
namespace {

using feed::Position;
using io::Task;
using sql::Connection;

constexpr auto kAlone = std::chrono::milliseconds(1000);       // of work, handed at once
constexpr auto kBesideSingles = std::chrono::milliseconds(20);  // the same while somebody waits for a single change now and then

constexpr auto kFed = static_cast<std::int64_t>(Stage::Fed);

struct ClusterRow {
  bool is_paused = false;
  std::int64_t last_position = 0;
};

Result<ClusterRow> cluster_row(Connection& connection, const std::string& cluster) {
  TRY(const auto rows, connection.run("SELECT is_paused, last_position FROM clusters WHERE name = $1", {cluster}));
  if (rows.empty()) return fail(Fault::NotFound, "there is no cluster " + cluster, std::string(code::kNoCluster));
  return ClusterRow{rows[0][0].number() != 0, rows[0][1].number()};
}

Result<feed::Standing> find_standing(Connection& connection, const std::string& cluster) {
  TRY(const auto row, cluster_row(connection, cluster));
  TRY(const auto log, sql::run_one(connection, "SELECT value FROM names WHERE name = 'feed.log'"));
  TRY(const auto first, sql::run_one(connection, "SELECT min(position) FROM queue WHERE cluster = $1 AND stage = 2", {cluster}));
  const auto acknowledged = first[0].is_null() ? row.last_position : first[0].number() - 1;
  return feed::Standing{log[0].text(), static_cast<Position>(acknowledged)};
}

Result<std::vector<feed::Change>> fed_after(Connection& connection, const std::string& cluster, Position after, std::size_t most) {
  TRY(const auto rows, connection.run("SELECT position, id, payload FROM queue WHERE cluster = $1 AND stage = 2 AND position > $2 "
                                      "ORDER BY position LIMIT $3",
                                      {cluster, after, most}));
  std::vector<feed::Change> changes;
  for (const auto& row : rows) {
    TRY(auto payload, feed::decode_payload(row[2].text()));
    changes.push_back({static_cast<Position>(row[0].number()), row[1].text(), std::move(payload)});
  }
  return changes;
}

Result<> settle_one(Connection& connection, const std::string& cluster, const feed::Settled& settled, Time now, Moved& moved) {
  TRY(const auto rows, connection.run("SELECT q.seq, q.position FROM changes c JOIN queue q ON q.seq = c.seq WHERE c.id = $1 AND q.cluster = $2 AND q.stage = $3",
                                      {settled.change, cluster, kFed}));
  if (rows.empty()) return {};  // settled before; the answer was lost
  if (static_cast<Position>(rows[0][1].number()) != settled.position)
    return fail(Fault::Broken, "cluster " + cluster + " settles change " + settled.change + " at another position than its own");
  if (settled.is_applied) return settle_applied(connection, rows[0][0].number(), now, moved);
  return take_back(connection, rows[0][0].number(), ChangeState::Refused, settled.reason.substr(0, feed::kReasonBytes), now, moved);
}

}  // namespace

Task<Result<feed::Standing>> FeedSource::standing(std::string cluster) {
  auto& core = *core_;
  co_return co_await core.readers->run(core.machine.loop, [cluster](Connection& connection) { return find_standing(connection, cluster); });
}

Task<Result<std::vector<feed::Change>>> FeedSource::next(std::string cluster, Position after, std::size_t most) {
  struct Next {
    std::vector<feed::Change> changes;
    Filled filled;
  };
  auto& core = *core_;
  // What is handed is settled in one piece, and the next is handed after that: who waits, waits for a whole such round.
  const auto round = core.writer->has_singles() ? kBesideSingles : kAlone;
  const Filling filling{.cluster = cluster,
                        .most = core.paces[cluster].feed_most(feed::kBatchChanges, round),
                        .is_fair = core.options.is_fair,
                        .now = core.machine.loop.clock().now()};
  auto made = co_await core.writer->run(core.machine.loop, [=](Connection& connection) -> Result<Next> {
    TRY(const auto row, cluster_row(connection, cluster));
    if (row.is_paused && !POSTROAD_MUTANT(pause_leaks)) return Next{};
    Next next;
    TRY(next.filled, fill_feed(connection, filling));
    TRY(next.changes, fed_after(connection, cluster, after, most));
    return next;
  });
  if (!made) co_return std::unexpected(std::move(made).error());
  start_hashing(core_, cluster, made->filled.to_hash);
  for (const auto& other : made->filled.clusters) core.ring(other);
  if (made->filled.wakes_at) core.ring_at(cluster, *made->filled.wakes_at);
  if (!made->changes.empty()) {
    core.paces[cluster].handed(core.machine.loop.clock().steady());
    core.drains[cluster].handed(core.machine.loop.clock().steady());
  }
  co_return std::move(made->changes);
}

Task<Result<>> FeedSource::settle(std::string cluster, std::vector<feed::Settled> settled) {
  struct Done {
    Moved moved;
    bool is_more = false;     // in the feed
    bool is_queued = false;   // anything
  };
  auto& core = *core_;
  const auto now = core.machine.loop.clock().now();
  auto done = co_await core.writer->run(core.machine.loop, [=](Connection& connection) -> Result<Done> {
    Done made;
    for (const auto& one : settled) TRY_OK(settle_one(connection, cluster, one, now, made.moved));
    TRY(const auto rows, connection.run("SELECT 1 FROM queue WHERE cluster = $1 AND stage = 2 LIMIT 1", {cluster}));
    made.is_more = !rows.empty();
    TRY(const auto queued, sql::run_one(connection, "SELECT queued FROM clusters WHERE name = $1", {cluster}));
    made.is_queued = queued[0].number() > 0;
    return made;
  });
  if (!done) co_return std::unexpected(std::move(done).error());
  core.paces[cluster].settled(settled.size(), core.machine.loop.clock().steady(), done->is_more);
  core.drains[cluster].settled(settled.size(), core.machine.loop.clock().steady(), done->is_queued && !core.paused[cluster]);
  core.announce(done->moved);
  co_return Result<>{};
}

Task<Result<>> FeedSource::report(std::string cluster, std::vector<feed::Report> reports) {
  auto& core = *core_;
  const auto now = core.machine.loop.clock().now();
  auto taken = co_await core.writer->run(core.machine.loop, [cluster, reports, now, kept = core.options.statistics_kept, shared = core_](Connection& connection) mutable -> Result<Taken> {
    const auto [others, end] = std::ranges::partition(reports, is_statistics);
    const std::vector<feed::Report> statistics(reports.begin(), others);
    for (auto report = others; report != end; ++report)
      TRY_OK(connection.run("INSERT INTO reports (cluster, key, version, value) VALUES ($1, $2, $3, $4) ON CONFLICT (cluster, key) "
                            "DO UPDATE SET version = excluded.version, value = excluded.value WHERE excluded.version > reports.version",
                            {cluster, report->key, report->version, report->value}));
    return take_statistics(connection, cluster, statistics, now, kept, [tools = shared->tools()] { return tools.new_id('k'); });
  });
  if (!taken) co_return std::unexpected(std::move(taken).error());
  if (taken->ignored > 0) core.machine.log.warning("statistics.ignored", {{"cluster", cluster}, {"reports", taken->ignored}, {"why", taken->why}});
  core.machine.metrics.counter("postroad_statistics_reports_total", "Hours of accounts that clusters reported.", {{"outcome", "counted"}}).add(taken->counted);
  core.machine.metrics.counter("postroad_statistics_reports_total", "Hours of accounts that clusters reported.", {{"outcome", "repeated"}}).add(taken->repeated);
  core.machine.metrics.counter("postroad_statistics_reports_total", "Hours of accounts that clusters reported.", {{"outcome", "ignored"}}).add(taken->ignored);
  co_return Result<>{};
}

}  // namespace postroad::control
