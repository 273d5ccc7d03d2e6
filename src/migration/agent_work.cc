// Agent: one item's attempt, from its lease to its end.
#include <algorithm>
#include <new>

#include "migration/agent.h"
#include "base/text.h"
#include "migration/failure.h"

namespace postroad::migration {

using namespace std::chrono_literals;

namespace {

constexpr auto kLease = 30s;
constexpr auto kBeat = 10s;
constexpr auto kEndPatience = 5min;

}  // namespace

io::Task<void> Agent::work(Item item) {
  const auto worked = co_await work_with_lease(item);
  if (!worked) parts_.log.warning("migration.interrupted", {{"item", item.id}, {"text", worked.error().text}});
  running_.erase(item.id);
  const auto server = servers_.find(lower(item.remote.host));
  if (--server->second == 0) servers_.erase(server);
  counts_.running.set(static_cast<std::int64_t>(running_.size()));
  ended_.ring();
  begin_next();
}

io::Task<Result<>> Agent::work_with_lease(Item item) {
  CO_TRY(auto lease, co_await engine_.lease_acquire("migration/" + item.id, holder_, kLease));
  const auto prepared = co_await prepare(item);
  if (prepared && *prepared) {
    const auto run = *prepared;
    const auto began = loop_.clock().steady();
    running_[item.id] = run;
    if (is_stopping_) run->stop = Reason::Stopped;
    loop_.spawn(beat(run, lease), "migration.beat");
    const auto outcome = co_await pull(run);
    run->is_over = true;
    co_await end(run, outcome, began);
  }
  co_await engine_.lease_release(std::move(lease));
  CO_TRY_OK(prepared);
  co_return Result<>();
}

// The item as it begins to run; nothing where it is not to.
io::Task<Result<std::shared_ptr<Run>>> Agent::prepare(Item item) {
  CO_TRY(auto found, co_await book_.find(item.id));
  auto standing = found.standing;
  if (is_over(standing.state) || (standing.next_try && *standing.next_try > now())) co_return nullptr;
  CO_TRY(const auto sealed, co_await book_.sealed_password(item.id));
  CO_TRY(const auto trace, co_await book_.trace(item.id));
  CO_TRY(auto report, co_await book_.report(item.id));

  auto run = std::make_shared<Run>();
  run->item = std::move(item);
  run->report = std::move(report);
  run->trace = Trace::of_text(trace);
  auto password = parts_.sealer.unseal(sealed, run->item.id);
  if (password)
    run->password = std::move(*password);
  else
    run->stop = Reason::Sealed;
  run->trace.add(now(), "attempt " + std::to_string(standing.attempts + 1));
  standing.state = State::Running;
  standing.reason = Reason::None;
  standing.text.clear();
  standing.next_try.reset();
  ++standing.attempts;
  if (!standing.started_at) standing.started_at = now();
  standing.report = run->report;
  CO_TRY_OK(co_await book_.change(std::move(found), {standing, run->trace.text(), false}));
  parts_.log.info("migration.started", {{"item", run->item.id}, {"account", run->item.account}, {"attempt", standing.attempts}});
  co_return run;
}

io::Task<Result<>> Agent::pull(std::shared_ptr<Run> run) {
  if (run->stop == Reason::Sealed) co_return stop_for(Reason::Sealed, "the password can't be opened any more: the key file is another");
  auto& home = parts_.accounts.home(run->item.account);
  const auto bench = std::ranges::find_if(benches_, [&home](const auto& each) { return &each->loop == &home; });
  co_await home.enter();
  Result<> outcome = wait_for(Reason::Store, "out of memory");
  try {
    Pull pull(**bench, run);
    outcome = co_await pull.attempt();
  } catch (const std::bad_alloc&) {  // back to the agent's loop in any case
  }
  co_await loop_.enter();
  co_return outcome;
}

// Keeps the lease and what is told of it, while it runs.
io::Task<void> Agent::beat(std::shared_ptr<Run> run, store::Lease lease) {
  for (;;) {
    co_await loop_.sleep(kBeat);
    if (run->is_over) co_return;
    const auto kept = co_await engine_.lease_renew(lease, kLease);
    if (!kept && kept.error().fault == Fault::Conflict) halt(run, Reason::Stopped);
    if (run->is_over) co_return;
    const auto saved = co_await save(run);
    if (!saved) parts_.log.warning("migration.interrupted", {{"item", run->item.id}, {"text", saved.error().text}});
  }
}

io::Task<Result<>> Agent::save(std::shared_ptr<Run> run) {
  CO_TRY(auto found, co_await book_.find(run->item.id));
  if (is_over(found.standing.state)) {
    halt(run, Reason::Cancelled);
    co_return Result<>();
  }
  auto here = co_await told(run);
  auto standing = found.standing;
  standing.report = std::move(here.report);
  const auto changed = co_await book_.change(std::move(found), {standing, std::move(here.trace), true});
  if (!changed && changed.error().fault != Fault::Conflict) co_return std::unexpected(changed.error());
  co_return Result<>();
}

// How it stands after an attempt.
Standing Agent::ended(Standing standing, const Run& run, const Result<>& outcome) const {
  standing.reason = outcome ? Reason::None : reason_of(outcome.error());
  standing.text = outcome ? std::string() : outcome.error().text;
  if (outcome) {
    standing.state = State::Done;
  } else if (standing.reason == Reason::Stopped) {
    standing.state = State::Queued;
  } else {
    standing.failures = run.added > 0 ? 0 : standing.failures + 1;
    const bool is_hopeless = is_for_good(outcome.error()) || standing.failures >= options_.tries;
    standing.state = is_hopeless ? State::Failed : State::Waiting;
  }
  if (is_over(standing.state)) standing.ended_at = now();
  if (standing.state == State::Waiting) {
    const auto doublings = std::min(std::max(standing.failures, 1U) - 1, 16U);
    standing.next_try = now() + std::min(options_.retry_least * (1 << doublings), options_.retry_most);
  }
  return standing;
}

// Where the store does not take it, the item is as it was before the attempt, and the agenda has it tried again.
io::Task<void> Agent::end(std::shared_ptr<Run> run, Result<> outcome, io::Tick began) {
  auto here = co_await told(run);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(loop_.clock().steady() - began);
  for (const auto until = loop_.clock().steady() + kEndPatience; loop_.clock().steady() < until;) {
    auto found = co_await book_.find(run->item.id);
    if (!found && found.error().fault == Fault::NotFound) co_return;
    if (found) {
      // Cancelled meanwhile: it stays so.
      auto standing = is_over(found->standing.state) ? found->standing : ended(found->standing, *run, outcome);
      const bool is_news = standing.state != found->standing.state;
      standing.busy_ms += static_cast<std::uint64_t>(took.count());
      standing.report = here.report;
      const auto changed = co_await book_.change(std::move(*found), {standing, here.trace, true});
      if (changed && is_news) say(standing);
      if (changed) co_return;
      if (changed.error().fault == Fault::Conflict) continue;
    }
    if (is_stopping_) co_return;
    co_await loop_.sleep(1s);
  }
}

}  // namespace postroad::migration
