#include "control/queue.h"

#include <algorithm>
#include <deque>
#include <set>

#include "control/rows.h"
#include "control/table.h"

namespace postroad::control {
namespace {

struct Unsettled {
  std::string id;
  std::string cluster;
  std::string kind;
  std::string subject;
  std::string images;
  std::int64_t queued_at = 0;
};

Result<Unsettled> unsettled(sql::Connection& connection, std::int64_t seq) {
  TRY(auto row, sql::run_one(connection, "SELECT id, cluster, kind, subject, images, queued_at FROM changes WHERE seq = $1 AND state < 3", {seq}));
  return Unsettled{row[0].text(), row[1].text(), row[2].text(), row[3].text(), row[4].text(), row[5].number()};
}

// Writes the outcome, and forgets what was needed only until then: payloads hold password hashes.
Result<> close(sql::Connection& connection, std::int64_t seq, const Unsettled& change, Stage stage, const std::string& reason, Time now,
               Moved& moved) {
  TRY_OK(connection.run("UPDATE changes SET state = $1, settled_at = $2, reason = $3, payload = '', images = '', edges = 0 WHERE seq = $4",
                        {static_cast<std::int64_t>(stage), to_number(now), reason, seq}));
  TRY_OK(connection.run("DELETE FROM pending WHERE change = $1", {seq}));
  if (!change.cluster.empty()) TRY_OK(connection.run("UPDATE clusters SET queued = queued - 1 WHERE name = $1", {change.cluster}));
  moved.outcomes.push_back({change.id, change.cluster, change.kind, state_of(stage), reason, change.queued_at});
  return {};
}

Result<std::vector<std::int64_t>> dependents(sql::Connection& connection, std::int64_t seq) {
  TRY(const auto rows, connection.run("SELECT change FROM edges WHERE needs = $1 ORDER BY change", {seq}));
  std::vector<std::int64_t> made;
  for (const auto& row : rows) made.push_back(row[0].number());
  return made;
}

// One edge less; whether the change was waiting for that alone and is control's own.
Result<bool> release(sql::Connection& connection, std::int64_t seq, Moved& moved) {
  TRY(const auto row, sql::run_one(connection, "UPDATE changes SET edges = edges - 1 WHERE seq = $1 RETURNING edges, cluster", {seq}));
  check(row[0].number() >= 0, "a change waits for as many as it has edges");
  if (row[0].number() > 0) return false;
  const auto& cluster = row[1].text();
  if (cluster.empty()) return true;
  if (std::ranges::find(moved.clusters, cluster) == moved.clusters.end()) moved.clusters.push_back(cluster);
  TRY_OK(connection.run("UPDATE changes SET state = $1 WHERE seq = $2", {static_cast<std::int64_t>(Stage::Eligible), seq}));
  return false;
}

// The change and all that depend on it, newest first.
Result<std::vector<std::int64_t>> closure(sql::Connection& connection, std::int64_t seq) {
  std::set<std::int64_t, std::greater<>> found{seq};
  std::deque<std::int64_t> next{seq};
  while (!next.empty()) {
    TRY(const auto more, dependents(connection, next.front()));
    next.pop_front();
    for (const auto change : more)
      if (found.insert(change).second) next.push_back(change);
  }
  return std::vector(found.begin(), found.end());
}

Result<> restore_all(sql::Connection& connection, const std::string& text) {
  TRY(const auto images, decode_images(text));
  for (auto image = images.rbegin(); image != images.rend(); ++image) TRY_OK(restore(connection, *image));
  return {};
}

}  // namespace

ChangeState state_of(Stage stage) {
  switch (stage) {
    case Stage::Applied: return ChangeState::Applied;
    case Stage::Refused: return ChangeState::Refused;
    case Stage::Cancelled: return ChangeState::Cancelled;
    default: return ChangeState::Queued;
  }
}

Result<> settle_applied(sql::Connection& connection, std::int64_t first, Time now, Moved& moved) {
  std::deque<std::int64_t> next{first};
  while (!next.empty()) {
    const auto seq = next.front();
    next.pop_front();
    TRY(const auto change, unsettled(connection, seq));
    TRY_OK(close(connection, seq, change, Stage::Applied, {}, now, moved));
    TRY(const auto waiting, dependents(connection, seq));
    TRY_OK(connection.run("DELETE FROM edges WHERE needs = $1", {seq}));
    for (const auto dependent : waiting) {
      TRY(const bool is_done, release(connection, dependent, moved));
      if (is_done) next.push_back(dependent);
    }
  }
  return {};
}

Result<> take_back(sql::Connection& connection, std::int64_t root, ChangeState state, std::string reason, Time now, Moved& moved) {
  TRY(const auto cause, unsettled(connection, root));
  TRY(const auto all, closure(connection, root));
  const auto why = "it depends on " + cause.kind + " of " + cause.subject + ", which was " + std::string(change_state_name(state)) +
                   (reason.empty() ? "" : ": " + reason);
  for (const auto seq : all) {
    TRY(const auto change, unsettled(connection, seq));
    TRY_OK(restore_all(connection, change.images));
    TRY_OK(connection.run("DELETE FROM edges WHERE change = $1", {seq}));
    TRY_OK(connection.run("DELETE FROM edges WHERE needs = $1", {seq}));
    const auto stage = seq != root ? Stage::Cancelled : state == ChangeState::Refused ? Stage::Refused : Stage::Cancelled;
    TRY_OK(close(connection, seq, change, stage, seq == root ? reason : why, now, moved));
  }
  return {};
}

}  // namespace postroad::control
