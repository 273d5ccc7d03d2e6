#include "mailbox/committer.h"

#include <algorithm>

#include "base/mutant.h"
#include "store/agenda.h"
#include "store/settle.h"

namespace postroad::mailbox {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t kGroupBytes = store::kBatchBytes * 3 / 4;
constexpr std::size_t kGroupOperations = 128;
constexpr std::size_t kQueueOperations = 4096;
constexpr int kAttempts = 16;

Error too_large() {
  return {Fault::Refused, "too much for one change, or too far apart; name fewer messages", "LIMIT"};
}
Error in_doubt() { return {Fault::Busy, "the store does not say whether it was done; look again later", "INDOUBT"}; }
Error busy() { return {Fault::Busy, "the store does not answer; try again later", {}}; }

}  // namespace

io::Task<Result<>> Committer::run(std::shared_ptr<Operation> operation, std::shared_ptr<void> keep) {
  if (queue_.size() >= kQueueOperations) co_return fail(Fault::Busy, "too many changes wait for this account");
  site_.counts.operations.add();
  queue_.push_back(operation);
  if (!is_running_) {
    is_running_ = true;
    site_.loop.spawn(work(std::move(keep)), "mailbox.commit");
  }
  co_return co_await operation->done().get();
}

io::Task<void> Committer::work(std::shared_ptr<void> keep) {
  while (!queue_.empty()) co_await process(take_group());
  is_running_ = false;
  settled();
  keep.reset();
}

Committer::Group Committer::take_group() {
  Group group;
  std::size_t bytes = 0;
  while (!queue_.empty() && group.size() < kGroupOperations) {
    bytes += queue_.front()->weight_bytes();
    if (!group.empty() && bytes > kGroupBytes) break;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return group;
}

io::Task<Result<>> Committer::refresh() {
  is_fresh_ = is_fresh_ && !content_.is_stale;
  if (is_fresh_) co_return Result<>();
  CO_TRY_OK(co_await reload(site_, content_));
  ++generation_;
  is_fresh_ = true;
  co_return Result<>();
}

io::Task<void> Committer::process(Group group) {
  const auto until = site_.loop.clock().steady() + site_.options.commit_patience;
  for (int attempt = 0; !group.empty(); ++attempt) {
    const auto fresh = co_await refresh();
    if (!fresh || attempt == kAttempts) {
      give_up(group, fresh ? busy() : fresh.error());
      co_return;
    }
    Draft draft(site_, content_);
    if (!co_await apply(draft, group)) continue;
    if (!draft.is_changed()) {
      succeed(group);
      co_return;
    }
    if (co_await commit(draft, group, until) == Step::Done) co_return;
  }
}

// False where the draft is spoilt: the content is stale, or an operation failed half-way and is out of the group.
io::Task<bool> Committer::apply(Draft& draft, Group& group) {
  for (auto at = group.begin(); at != group.end(); ++at) {
    draft.begin_operation();
    const auto before = draft.revision();
    (*at)->outcome = co_await (*at)->apply(draft);
    if (content_.is_stale) co_return false;
    if ((*at)->outcome || draft.revision() == before) continue;
    finish(*at);
    group.erase(at);
    co_return false;
  }
  co_return true;
}

// Rows that an earlier one has made needless stay: they are visited, and nothing is due then.
io::Task<Result<>> Committer::add_due(const Draft& draft, store::Batch& batch) {
  namespace agenda = store::agenda;
  std::vector<agenda::Timed> timed;
  if (draft.is_due_changed() && draft.head().due_ms != 0)
    timed.push_back({Time(std::chrono::milliseconds(draft.head().due_ms)), "mailbox", "mailbox", {}, 0});
  if (const auto due = draft.report_due()) timed.push_back({*due, "statistics", "statistics", {}, 0});
  if (timed.empty()) co_return Result<>();
  const auto first = std::ranges::min(timed, {}, &agenda::Timed::due).due;
  CO_TRY(const auto marked, co_await agenda::mark(site_.engine, site_.partition, first, site_.now()));
  agenda::add(batch, marked, timed);
  co_return Result<>();
}

io::Task<Committer::Step> Committer::commit(Draft& draft, Group& group, io::Tick until) {
  const auto mark = static_cast<std::uint32_t>(site_.random.number());
  auto batch = draft.seal(mark);
  const auto marked = co_await add_due(draft, batch);
  if (!marked) {
    give_up(group, marked.error());
    co_return Step::Done;
  }
  if (batch.rows() > site_.options.batch_rows || batch.bytes() > store::kBatchBytes) {
    // Together they are too much: each alone then, in the order of coming. One that is too much alone is refused.
    if (group.size() == 1) give_up(group, too_large());
    for (auto& each : group) co_await process({each});
    co_return Step::Done;
  }
  const auto began = site_.loop.clock().steady();
  const auto committed = co_await site_.engine.commit(site_.partition, std::move(batch));
  site_.counts.commit_seconds.observe(std::chrono::duration<double>(site_.loop.clock().steady() - began).count());
  switch (committed.outcome) {
    case store::Outcome::Committed:
      site_.counts.committed.add();
      install(draft);
      content_.version = committed.version;
      succeed(group);
      co_return Step::Done;
    case store::Outcome::Conflict:
      site_.counts.conflicts.add();
      site_.log.info("mailbox.conflict", {{"account", site_.account_id}});
      is_fresh_ = false;
      co_return Step::Again;
    case store::Outcome::Unknown:
      site_.counts.unknown.add();
      if (POSTROAD_MUTANT(unknown_tried_again)) {
        is_fresh_ = false;
        co_return Step::Again;
      }
      if (POSTROAD_MUTANT(unknown_taken_as_done)) {
        succeed(group);
        is_fresh_ = false;
        co_return Step::Done;
      }
      if (POSTROAD_MUTANT(unknown_taken_as_failed)) {
        is_fresh_ = false;
        give_up(group, busy());
        co_return Step::Done;
      }
      co_return co_await decide(draft, group, mark, until);
    case store::Outcome::Unavailable:
      site_.counts.unavailable.add();
      give_up(group, {Fault::Busy, "the store can't write now; try again later", {}});
      co_return Step::Done;
    case store::Outcome::Full:
      give_up(group, {Fault::Refused, "the account holds as many messages as it can", "OVERQUOTA"});
      co_return Step::Done;
  }
  co_return Step::Done;
}

// The head row as it stands once nothing is under way any more; empty where there is none. A store that doesn't answer for
// a moment is asked again: while there is time nobody is left in doubt.
io::Task<Result<std::string>> Committer::settled_head(io::Tick until) {
  CO_TRY_OK(co_await store::settle(site_.engine, site_.loop, site_.partition, until));
  for (auto wait = std::chrono::microseconds(50ms);; wait = std::min(2 * wait, std::chrono::microseconds(2s))) {
    const auto got = co_await site_.engine.get(site_.partition, std::vector{std::string(keys::kHead)});
    if (got) co_return got->values.at(0).value_or("");
    const auto next = site_.loop.clock().steady() + wait;
    if (got.error().fault != Fault::Busy || next >= until) co_return std::unexpected(got.error());
    co_await site_.loop.sleep_until(next);
  }
}

// The commit may have happened. Once the partition is settled the head row tells: it holds the marks of the last ones.
io::Task<Committer::Step> Committer::decide(Draft& draft, Group& group, std::uint32_t mark, io::Tick until) {
  site_.log.warning("mailbox.unknown", {{"account", site_.account_id}});
  is_fresh_ = false;
  const auto row = co_await settled_head(until);
  if (!row) {
    give_up(group, in_doubt());
    co_return Step::Done;
  }
  if (*row == content_.head_row) {
    is_fresh_ = true;
    co_return Step::Again;
  }
  const auto head = decode_head(*row);
  if (!head) {
    give_up(group, head.error());
    co_return Step::Done;
  }
  if (head->marks[0] == mark) {
    install(draft);
    is_fresh_ = true;
  } else if (std::ranges::find(head->marks, mark) == head->marks.end()) {
    co_return Step::Again;
  }
  succeed(group);
  co_return Step::Done;
}

void Committer::install(Draft& draft) {
  if (draft.is_due_changed() || draft.report_due()) store::agenda::announce(site_.engine, site_.partition);
  draft.install();
  ++generation_;
}

void Committer::finish(const std::shared_ptr<Operation>& operation) {
  if (operation->outcome) {
    operation->count(site_.counts);
  } else {
    site_.counts.refused.add();
    const auto& error = operation->outcome.error();
    site_.log.info("mailbox.refused", {{"account", site_.account_id},
                                       {"operation", operation->name()},
                                       {"fault", fault_name(error.fault)},
                                       {"why", error.text}});
  }
  operation->done().set(operation->outcome);
}

void Committer::succeed(Group& group) {
  for (const auto& each : group) finish(each);
  group.clear();
}

void Committer::give_up(Group& group, const Error& error) {
  for (const auto& each : group) {
    if (each->outcome) each->outcome = std::unexpected(error);
    finish(each);
  }
  group.clear();
}

}  // namespace postroad::mailbox
