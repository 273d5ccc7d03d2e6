#include "control/cancelling.h"

#include <algorithm>
#include <set>

#include "base/mutant.h"
#include "control/core.h"
#include "control/queue_filter.h"
#include "control/round.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

constexpr std::size_t kPiece = 200;          // changes in one transaction
constexpr std::size_t kPieceRows = 2000;     // after which it ends
constexpr std::size_t kMost = 5'000'000;     // that one cancellation looks at
constexpr std::string_view kReason = "cancelled by an operator";

bool is_too_late(std::int64_t stage) { return stage == static_cast<std::int64_t>(Stage::Fed) && !POSTROAD_MUTANT(fed_is_cancelled); }

// All that match now, oldest first.
Task<Result<std::vector<Queued>>> match_all(Core& core, QueueFilter filter) {
  const auto now = core.machine.loop.clock().now();
  std::vector<Queued> made;
  for (std::int64_t from = 1; from > 0;) {
    CO_TRY(auto stretch, co_await core.readers->run(core.machine.loop, [=](Connection& connection) { return match_queued(connection, filter, from, now); }));
    made.insert(made.end(), std::make_move_iterator(stretch.rows.begin()), std::make_move_iterator(stretch.rows.end()));
    if (made.size() > kMost) co_return fail(Fault::Refused, "more than " + std::to_string(kMost) + " changes match; narrow the filter");
    from = stretch.next;
  }
  co_return made;
}

struct Dependent {
  std::int64_t seq = 0;
  std::string client;
};

Result<std::vector<Dependent>> dependents_of(Connection& connection, const std::vector<std::int64_t>& changes) {
  std::vector<Dependent> made;
  for (const auto change : changes) {
    TRY(const auto rows, connection.run("SELECT e.change, q.client FROM edges e JOIN queue q ON q.seq = e.change WHERE e.needs = $1", {change}));
    for (const auto& row : rows) made.push_back({row[0].number(), row[1].text()});
  }
  return made;
}

// What depends on those changes, beyond them: in pieces.
Task<Result<std::vector<Dependent>>> closure_of(Core& core, std::vector<std::int64_t> roots) {
  std::set<std::int64_t> seen(roots.begin(), roots.end());
  std::vector<Dependent> made;
  while (!roots.empty()) {
    std::vector<std::int64_t> piece(roots.end() - static_cast<std::ptrdiff_t>(std::min(roots.size(), kPiece)), roots.end());
    roots.resize(roots.size() - piece.size());
    CO_TRY(auto found, co_await core.readers->run(core.machine.loop, [piece = std::move(piece)](Connection& connection) { return dependents_of(connection, piece); }));
    for (auto& dependent : found) {
      if (!seen.insert(dependent.seq).second) continue;
      roots.push_back(dependent.seq);
      made.push_back(std::move(dependent));
    }
    if (seen.size() > kMost) co_return fail(Fault::Refused, "more than " + std::to_string(kMost) + " changes would be cancelled; narrow the filter");
  }
  co_return made;
}

// What a piece brought about.
struct Piece {
  Moved moved;
  std::uint64_t too_late = 0;
  std::vector<std::int64_t> large;  // kept out of the feed: to be taken back in pieces
  std::size_t seen = 0;             // of the changes that it was given
};

// As many of the changes, from the end on, as a transaction takes.
Result<Piece> cancel_some(Connection& connection, const std::vector<std::int64_t>& changes, Time now) {
  Piece made;
  for (auto seq = changes.rbegin(); seq != changes.rend() && made.moved.outcomes.size() < kPiece && made.moved.rows < kPieceRows && made.seen < kPiece; ++seq) {
    ++made.seen;
    TRY(const auto rows, connection.run("SELECT stage FROM queue WHERE seq = $1", {*seq}));
    if (rows.empty()) continue;  // taken back with another, or settled
    if (is_too_late(rows[0][0].number())) {
      ++made.too_late;
      continue;
    }
    TRY(const bool is_large, has_closure_over(connection, *seq, kPiece));
    if (is_large) {
      TRY_OK(connection.run("UPDATE queue SET stage = 5 WHERE seq = $1", {*seq}));
      made.large.push_back(*seq);
      return made;
    }
    TRY_OK(take_back(connection, *seq, ChangeState::Cancelled, std::string(kReason), now, made.moved));
  }
  return made;
}

class Run {
 public:
  Run(std::shared_ptr<Core> core, std::shared_ptr<Cancelling> cancelling) : core_(std::move(core)), it_(std::move(cancelling)) {}

  Task<Result<>> all() {
    CO_TRY(const auto matched, co_await match_all(*core_, it_->filter));
    std::vector<std::int64_t> changes;
    for (const auto& change : matched) {
      if (is_too_late(change.stage)) ++it_->view.too_late;
      else changes.push_back(change.seq);
    }
    it_->view.matched = changes.size();
    co_return co_await cancel(std::move(changes), true);
  }

 private:
  // Ascending. `is_matched`: the filter matched these; else they are dependents.
  Task<Result<>> cancel(std::vector<std::int64_t> changes, bool is_matched) {
    while (!changes.empty()) {
      const auto end = static_cast<std::ptrdiff_t>(changes.size());
      const std::vector<std::int64_t> last(changes.begin() + std::max<std::ptrdiff_t>(end - static_cast<std::ptrdiff_t>(kPiece), 0), changes.end());
      const auto now = core_->machine.loop.clock().now();
      CO_TRY(auto piece, co_await core_->writer->run(core_->machine.loop, [=](Connection& connection) { return cancel_some(connection, last, now); }));
      it_->view.cancelled += piece.moved.outcomes.size();
      if (is_matched) {
        it_->view.too_late += piece.too_late;
        it_->view.matched -= piece.too_late;
      }
      core_->announce(piece.moved);
      changes.resize(changes.size() - piece.seen);
      for (const auto large : piece.large) {
        CO_TRY_OK(co_await cancel_large(large));
        changes.push_back(large);  // by now it has few dependents
      }
    }
    co_return Result<>{};
  }

  Task<Result<>> cancel_large(std::int64_t root) {
    CO_TRY(const auto found, co_await closure_of(*core_, {root}));
    std::vector<std::int64_t> changes;
    for (const auto& dependent : found) changes.push_back(dependent.seq);
    std::ranges::sort(changes);
    co_return co_await cancel(std::move(changes), false);
  }

  std::shared_ptr<Core> core_;
  std::shared_ptr<Cancelling> it_;
};

}  // namespace

Task<Result<CancelView>> plan_cancelling(std::shared_ptr<Core> core, QueueFilter filter) {
  CO_TRY(const auto matched, co_await match_all(*core, std::move(filter)));
  CancelView view;
  std::vector<std::int64_t> changes;
  std::set<std::string> clients;
  for (const auto& change : matched) {
    if (is_too_late(change.stage)) {
      ++view.too_late;
      continue;
    }
    changes.push_back(change.seq);
    clients.insert(change.client);
  }
  view.matched = changes.size();
  CO_TRY(const auto dependents, co_await closure_of(*core, std::move(changes)));
  view.dependents = dependents.size();
  for (const auto& dependent : dependents) view.others += clients.contains(dependent.client) ? 0 : 1;
  co_return view;
}

Task<void> run_cancelling(std::shared_ptr<Core> core, std::shared_ptr<Cancelling> cancelling) {
  Run run(core, cancelling);
  const auto done = co_await run.all();
  auto& view = cancelling->view;
  if (!done) {
    view.failure = done.error().text;
    static_cast<void>(co_await core->writer->run(core->machine.loop, [](Connection& connection) -> Result<bool> {
      TRY_OK(forget_cancelling(connection));
      return true;
    }));
  }
  view.is_done = true;
  core->machine.log.warning("provisioning.cancel_ended", {{"cancellation", view.id}, {"actor", log::Private{cancelling->actor}}, {"matched", view.matched},
                                                          {"cancelled", view.cancelled}, {"too_late", view.too_late}, {"reason", view.failure}});
}

}  // namespace postroad::control
