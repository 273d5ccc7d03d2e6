#include "control/queue.h"

#include <algorithm>
#include <deque>
#include <set>

#include "base/mutant.h"
#include "control/audit_rows.h"
#include "control/limits.h"
#include "control/retry.h"
#include "control/round.h"
#include "control/rows.h"
#include "control/table.h"

namespace postroad::control {
namespace {

struct Unsettled {
  std::string id;
  std::string cluster;
  std::string company;
  std::string client;
  std::string kind;
  std::string subject;
  std::string images;
  std::int64_t position = 0;
  std::int64_t queued_at = 0;
};

Result<Unsettled> unsettled(sql::Connection& connection, std::int64_t seq) {
  TRY(auto row, sql::run_one(connection, "SELECT c.id, c.cluster, c.company, q.client, c.kind, c.subject, q.images, q.position, c.queued_at FROM queue q "
                                         "JOIN changes c ON c.seq = q.seq WHERE q.seq = $1", {seq}));
  return Unsettled{row[0].text(), row[1].text(), row[2].text(), row[3].text(), row[4].text(), row[5].text(), row[6].text(), row[7].number(), row[8].number()};
}

// Writes the outcome, and forgets what was needed only until then: payloads hold password hashes.
Result<> close(sql::Connection& connection, std::int64_t seq, const Unsettled& change, ChangeState state, const std::string& reason, Time now,
               Moved& moved) {
  TRY_OK(connection.run("UPDATE changes SET state = $1, position = $2, settled_at = $3, reason = $4 WHERE seq = $5",
                        {static_cast<std::int64_t>(state), change.position, to_number(now), reason, seq}));
  TRY_OK(connection.run("DELETE FROM queue WHERE seq = $1", {seq}));
  TRY_OK(connection.run("DELETE FROM pending WHERE change = $1", {seq}));
  if (state != ChangeState::Cancelled || !POSTROAD_MUTANT(cancel_keeps_room)) TRY_OK(settle_amounts(connection, seq, state == ChangeState::Applied));
  if (state != ChangeState::Applied) TRY_OK(note_taken_back(connection, seq, change_state_name(state), reason, now));
  TRY_OK(connection.run("DELETE FROM pulled WHERE seq = $1", {seq}));
  if (!change.cluster.empty()) {
    TRY_OK(connection.run("UPDATE clusters SET queued = queued - 1 WHERE name = $1", {change.cluster}));
    TRY_OK(connection.run("UPDATE shares SET queued = queued - 1 WHERE cluster = $1 AND client = $2", {change.cluster, change.client}));
  }
  moved.outcomes.push_back({change.id, change.cluster, change.client, change.kind, state, reason, change.queued_at});
  return {};
}

Result<std::vector<std::int64_t>> dependents(sql::Connection& connection, std::int64_t seq) {
  TRY(const auto rows, connection.run("SELECT change FROM edges WHERE needs = $1 ORDER BY change", {seq}));
  std::vector<std::int64_t> made;
  for (const auto& row : rows) made.push_back(row[0].number());
  return made;
}

// Those that waited for the change wait for one less. What then waits for nothing becomes eligible; the changes that are
// control's own of that are given back.
Result<std::vector<std::int64_t>> release_dependents(sql::Connection& connection, std::int64_t seq, Moved& moved) {
  TRY(const auto rows, connection.run("UPDATE queue SET edges = edges - 1, stage = CASE WHEN edges = 1 AND cluster <> '' AND stage = 0 THEN 1 ELSE stage END "
                                      "WHERE seq IN (SELECT change FROM edges WHERE needs = $1) RETURNING seq, edges, cluster, client", {seq}));
  TRY_OK(connection.run("DELETE FROM edges WHERE needs = $1", {seq}));
  std::vector<std::int64_t> own;
  for (const auto& row : rows) {
    check(row[1].number() >= 0, "a change waits for as many as it has edges");
    if (row[1].number() > 0) continue;
    if (row[2].text().empty()) {
      own.push_back(row[0].number());
      continue;
    }
    TRY_OK(became_eligible(connection, row[0].number(), row[2].text(), row[3].text()));
    if (std::ranges::find(moved.clusters, row[2].text()) == moved.clusters.end()) moved.clusters.push_back(row[2].text());
  }
  std::ranges::sort(own);  // rows come in any order
  return own;
}

// The change and all that depend on it, newest first; no more than one over `most`.
Result<std::vector<std::int64_t>> closure(sql::Connection& connection, std::int64_t seq, std::size_t most = SIZE_MAX - 1) {
  std::set<std::int64_t, std::greater<>> found{seq};
  std::deque<std::int64_t> next{seq};
  while (!next.empty() && found.size() <= most) {
    TRY(const auto more, dependents(connection, next.front()));
    next.pop_front();
    for (const auto change : more)
      if (found.insert(change).second) next.push_back(change);
  }
  return std::vector(found.begin(), found.end());
}

Result<> undo(sql::Connection& connection, std::int64_t seq, const std::string& text) {
  TRY(const auto images, decode_images(text));
  TRY_OK(keep_undone(connection, seq, images));
  for (auto image = images.rbegin(); image != images.rend(); ++image)
    if (!image->row.empty() || !POSTROAD_MUTANT(cancel_keeps_name)) TRY_OK(restore(connection, *image));
  return {};
}

}  // namespace

Result<bool> has_closure_over(sql::Connection& connection, std::int64_t seq, std::size_t most) {
  TRY(const auto found, closure(connection, seq, most));
  return found.size() > most;
}

Result<> settle_applied(sql::Connection& connection, std::int64_t first, Time now, Moved& moved) {
  std::deque<std::int64_t> next{first};
  while (!next.empty()) {
    const auto seq = next.front();
    next.pop_front();
    TRY(const auto change, unsettled(connection, seq));
    TRY_OK(close(connection, seq, change, ChangeState::Applied, {}, now, moved));
    TRY(const auto released, release_dependents(connection, seq, moved));
    next.insert(next.end(), released.begin(), released.end());
  }
  return {};
}

Result<> take_back(sql::Connection& connection, std::int64_t root, ChangeState state, std::string reason, Time now, Moved& moved) {
  TRY(const auto cause, unsettled(connection, root));
  TRY(auto all, closure(connection, root));
  if (POSTROAD_MUTANT(dependents_stay) && state == ChangeState::Cancelled) {
    all = {root};
    TRY_OK(release_dependents(connection, root, moved));
  }
  const auto state_name = std::string(change_state_name(state));
  const auto why = "it depends on " + cause.kind + " of " + cause.subject + ", which was " + state_name + (reason.empty() ? "" : ": " + reason);
  for (const auto seq : all) {
    TRY(const auto change, unsettled(connection, seq));
    TRY_OK(undo(connection, seq, change.images));
    moved.rows += change.images.size();
    TRY_OK(connection.run("DELETE FROM edges WHERE change = $1", {seq}));
    TRY_OK(connection.run("DELETE FROM edges WHERE needs = $1", {seq}));
    if (seq == root) {
      TRY_OK(close(connection, seq, change, state, reason, now, moved));
      continue;
    }
    // What another company did, and why it failed, is not told.
    const auto told = change.company == cause.company ? why : "what it depends on was " + state_name;
    TRY_OK(close(connection, seq, change, ChangeState::Cancelled, told, now, moved));
  }
  return {};
}

}  // namespace postroad::control
