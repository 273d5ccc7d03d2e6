#include "control/core.h"

#include <algorithm>
#include <cmath>

#include "control/cancelling.h"
#include "control/errors.h"
#include "control/passwords.h"
#include "control/signing_in.h"

namespace postroad::control {

using io::Task;

// A request that waits for its change. Lives in its coroutine's frame.
struct Core::Waiting {
  Waiting(Core& owner, std::string id) : core(owner), bell(owner.machine.loop) { at = core.waiting_.emplace(std::move(id), this); }
  ~Waiting() { core.waiting_.erase(at); }
  Core& core;
  io::Bell bell;
  std::optional<Outcome> outcome;
  std::multimap<std::string, Waiting*>::iterator at;
};

Core::Core(Machine given, Options chosen, sasl::Sealer given_sealer, sql::Database& database, std::unique_ptr<sql::Connection> connection)
    : machine(given), options(std::move(chosen)), readers(sql::Readers::make(database, given.sql)), sealer(std::move(given_sealer)),
      signing_in(std::make_unique<SigningIn>(given, options)),
      admission(std::make_unique<Admission>(given.loop, given.metrics,
                                            AdmissionOptions{.per_second = options.client_rate, .at_once = options.client_at_once, .slow_most = options.slow_most})) {
  auto& commits = machine.metrics.counter("postroad_control_commits_total", "Transactions committed");
  auto& pieces = machine.metrics.counter("postroad_control_committed_requests_total", "Pieces of work in committed transactions");
  sql::Writer::Options how;
  how.queue = options.write_queue;
  how.clock = &machine.loop.clock();
  how.on_commit = [&commits, &pieces](std::size_t count) {
    commits.add();
    pieces.add(count);
  };
  writer = sql::Writer::make(std::move(connection), machine.sql, std::move(how));
}

Core::~Core() = default;

DraftTools Core::tools() {
  return {.now = machine.loop.clock().now(),
          .new_id = [this](char type) { return io::new_id(type, machine.loop.clock(), machine.random, options.number); },
          .queue_most = options.queue_most,
          .client_queue_most = options.client_queue_most,
          .deleted_for = options.deleted_for,
          .audit_for = options.audit_for};
}

// Its place is free again when it is committed; an answer may wait much longer.
Task<Result<Accepted>> Core::commit(Caller caller, std::function<Result<>(Draft&)> work) {
  CO_TRY(const auto place, co_await admission->enter(caller, Admission::What::Change));
  const auto lane = place.is_crowded() || !caller.job.empty() ? sql::Lane::Bulk : sql::Lane::Single;
  auto commit_it = [core = shared_from_this(), caller, work = std::move(work)](sql::Connection& connection) -> Result<Accepted> {
    TRY(auto authority, Authority::load(connection, caller, core->machine.loop.clock().now()));
    Draft draft(connection, caller, std::move(authority), core->tools());
    TRY_OK(work(draft));
    return draft.accepted();
  };
  auto made = co_await writer->run(machine.loop, std::move(commit_it), lane);
  admission->ended(caller, made || made.error().fault == Fault::Busy || made.error().fault == Fault::Broken, made ? made->client : std::string{}, made ? made->changes + made->rows / 10 : 1);
  co_return made;
}

Task<Result<Receipt>> Core::accept(Caller caller, std::function<Result<>(Draft&)> work) {
  auto made = co_await commit(caller, std::move(work));
  note_acceptance(caller, made);
  if (!made) co_return std::unexpected(std::move(made).error());
  for (const auto& [cluster, count] : made->clusters) {
    if (!paused[cluster]) drains[cluster].handed(machine.loop.clock().steady());
    ring(cluster);
  }
  for (const auto& cluster : made->pulled) ring(cluster);
  co_return co_await answer(std::move(*made));
}

void Core::note_acceptance(const Caller& caller, const Result<Accepted>& made) {
  auto& metrics = machine.metrics;
  if (!made) {
    const auto& error = made.error();
    metrics.counter("postroad_control_refused_total", "Requests refused at acceptance", {{"face", caller.face}, {"code", error.code}}).add();
    const auto level = error.fault == Fault::Broken ? log::Level::Error : log::Level::Info;
    machine.log.write(level, "provisioning.refused",
                      {{"actor", log::Private{caller.name}}, {"face", caller.face}, {"peer", caller.peer}, {"code", error.code}, {"reason", log::Private{error.text}}});
    return;
  }
  metrics.counter("postroad_control_accepted_total", "Requests accepted", {{"face", caller.face}}).add();
  audited().add(made->changes);
  for (const auto& [cluster, count] : made->clusters) queue_length(cluster).add(static_cast<std::int64_t>(count));
  machine.log.info("provisioning.accepted", {{"actor", log::Private{caller.name}}, {"face", caller.face}, {"change", made->change}, {"cluster", made->cluster}, {"changes", made->changes}});
}

Task<Result<Receipt>> Core::answer(Accepted accepted) {
  const Receipt receipt{accepted.change, accepted.state};
  const auto is_away = [this](const std::string& cluster) { return paused[cluster] || !is_reachable(cluster); };
  if (accepted.state == ChangeState::Applied || accepted.is_held || std::ranges::any_of(accepted.waits_for, is_away) || accepted.queued > options.answer_queue) co_return receipt;

  const auto outcome = co_await await_outcome(accepted.change, machine.loop.clock().steady() + options.answer_wait);
  if (!outcome) co_return receipt;
  if (outcome->state == ChangeState::Applied) co_return Receipt{accepted.change, ChangeState::Applied};
  co_return fail(Fault::Refused, "the cluster can't take the change: " + outcome->reason, std::string(code::kClusterRefused));
}

Task<std::optional<Outcome>> Core::await_outcome(std::string change, io::Tick until) {
  Waiting waiting(*this, std::move(change));
  while (!waiting.outcome)
    if (!co_await waiting.bell.wait(until)) break;
  co_return std::move(waiting.outcome);
}

void Core::announce(const Moved& moved) {
  for (const auto& cluster : moved.clusters) ring(cluster);
  for (const auto& outcome : moved.outcomes) {
    const auto [first, last] = waiting_.equal_range(outcome.change);
    for (auto at = first; at != last; ++at) {
      at->second->outcome = outcome;
      at->second->bell.ring();
    }
    if (!outcome.cluster.empty()) queue_length(outcome.cluster).add(-1);
    if (outcome.state == ChangeState::Cancelled) drains[outcome.cluster].rest();  // there may be nothing left that waits
    const auto state = change_state_name(outcome.state);
    const auto waited = machine.loop.clock().now() - Time(std::chrono::microseconds(outcome.queued_at));
    machine.metrics.counter("postroad_control_settled_total", "Changes settled", {{"cluster", outcome.cluster}, {"state", std::string(state)}}).add();
    machine.metrics.histogram("postroad_control_settle_seconds", "From acceptance to settlement", {{"cluster", outcome.cluster}})
        .observe(std::chrono::duration<double>(waited).count());
    if (outcome.state != ChangeState::Applied) audited().add();
    const auto level = outcome.state == ChangeState::Applied ? log::Level::Debug : log::Level::Warning;
    machine.log.write(level, "provisioning.settled",
                      {{"change", outcome.change}, {"kind", outcome.kind}, {"cluster", outcome.cluster}, {"state", state}, {"reason", log::Private{outcome.reason}}});
  }
}

void Core::ring_at(const std::string& cluster, Time at) {
  auto& alarm = alarms_.try_emplace(cluster, machine.loop).first->second;
  const auto wait = std::max(at - machine.loop.clock().now(), Time::duration(0));
  const auto due = machine.loop.clock().steady() + std::chrono::ceil<std::chrono::milliseconds>(wait);
  if (!alarm.is_set() || due < alarm.at()) alarm.set(due, [this, cluster] { ring(cluster); });
}

void Core::show_queue(const QueueView& view) {
  const auto gauge = [&](std::string_view name, std::string_view help) -> metrics::Gauge& { return machine.metrics.gauge(name, help, {{"cluster", view.cluster}}); };
  gauge("postroad_control_queue_oldest_seconds", "Age of the oldest change that is not settled")
      .set(std::chrono::duration_cast<std::chrono::seconds>(view.age).count());
  gauge("postroad_control_queue_in_feed", "Changes handed to the cluster, or about to be").set(static_cast<std::int64_t>(view.in_feed));
  gauge("postroad_control_queue_per_second", "Changes settled a second while there is something to settle").set(std::llround(view.per_second));
  gauge("postroad_control_queue_drain_seconds", "When the queue is empty, at that rate; -1: nobody knows").set(view.drains_in ? view.drains_in->count() : -1);
  gauge("postroad_control_queue_heaviest", "Changes of the client that has most of them there").set(view.heaviest.empty() ? 0 : static_cast<std::int64_t>(view.heaviest.front().queued));
}

void Core::set_paused(const std::string& cluster, bool is_paused) {
  paused[cluster] = is_paused;
  machine.metrics.gauge("postroad_control_paused", "Whether the cluster's queue is paused", {{"cluster", cluster}}).set(is_paused ? 1 : 0);
}

Task<Result<std::string>> Core::hash_password(std::string password) {
  const auto refused = [](const Error& error) { return fail(Fault::Refused, error.text, std::string(code::kBadPassword)); };
  CO_TRY(auto kept, keep_password(password));
  if (!is_sealed(kept)) co_return kept;
  auto made = co_await machine.hash.run(machine.loop, [password = std::move(password), core = shared_from_this()] {
    return sasl::hash_password(password, core->options.hash, core->machine.random);
  });
  if (!made) co_return fail(Fault::Busy, made.error().text, std::string(code::kBusy));
  if (!*made) co_return refused(made->error());
  co_return std::move(**made);
}

Result<std::string> Core::keep_password(std::string_view password) { return control::keep_password(password, sealer, machine.random); }

// What is sealed yet costs as much as what is hashed.
Task<Result<bool>> Core::verify_password(std::string password, std::string stored) {
  if (is_sealed(stored)) {
    auto made = co_await machine.hash.run(machine.loop, [password = std::move(password), stored = std::move(stored), core = shared_from_this()]() -> Result<bool> {
      TRY(const auto clear, unseal(stored, core->sealer));
      static_cast<void>(sasl::verify_password(password, core->signing_in->nobodys_hash()));
      return clear.text() == password;
    });
    if (!made) co_return std::unexpected(std::move(made).error());
    co_return std::move(*made);
  }
  co_return co_await machine.hash.run(machine.loop, [password = std::move(password), stored = std::move(stored), costly = signing_in->nobodys_hash()] {
    return sasl::verify_evenly(password, stored, costly);
  });
}

}  // namespace postroad::control
