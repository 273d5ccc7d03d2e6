#include "control/bulk_runner.h"

#include <algorithm>
#include <cmath>

#include "control/bulk_check.h"
#include "control/bulk_house.h"
#include "control/bulk_step.h"
#include "control/errors.h"

namespace postroad::control {

using io::Task;
using io::Tick;
using sql::Connection;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kRetryWait{1000};
constexpr std::size_t kStepsMost = 8;     // of a job under way at once
constexpr std::uint64_t kRowsBeside = 8;  // in a step, while somebody waits for single changes
constexpr std::chrono::hours kHouseWait{1};

BulkTools tools_of(Core& core) {
  return {.draft = core.tools(), .sealer = core.sealer, .random = core.machine.random, .quota_bytes = core.options.quota_bytes,
          .rows_most = core.writer->has_singles() ? kRowsBeside : kChunkRows};
}

}  // namespace

// What became of the steps that were under way at once.
struct BulkRunner::Round {
  explicit Round(io::Loop& loop) : bell(loop) {}
  std::vector<Result<std::optional<StepDone>>> made;
  io::Bell bell;
};

BulkRunner::BulkRunner(std::shared_ptr<Core> core, For jobs) : core_(std::move(core)), jobs_(jobs), timer_(core_->machine.loop), house_timer_(core_->machine.loop) {}
BulkRunner::~BulkRunner() = default;

Result<> BulkRunner::resume(Connection& connection) {
  TRY(const auto rows, connection.run("SELECT id FROM bulk_jobs WHERE (state = $1 OR settled < position OR (state IN ($2, $3) AND has_input = 1)) AND (kind = $4) = ($5 = 1)",
                                      {static_cast<int>(JobState::Running), static_cast<int>(JobState::Done), static_cast<int>(JobState::Cancelled),
                                       static_cast<int>(JobKind::Check), jobs_ == For::Checks}));
  for (const auto& row : rows) wake(row[0].text());
  return {};
}

void BulkRunner::wake(const std::string& job) {
  if (running_ == job) is_woken_ = true;
  else due_[job] = core_->machine.loop.clock().steady();
  schedule();
}

void BulkRunner::schedule() {
  if (running_ || due_.empty()) return;
  const auto first = std::ranges::min_element(due_, {}, [](const auto& entry) { return entry.second; });
  timer_.set(first->second, [this, job = first->first] {
    due_.erase(job);
    running_ = job;
    core_->machine.loop.spawn(run(job), "control.bulk");
  });
}

Task<void> BulkRunner::run(std::string job) {
  const auto self = shared_from_this();
  auto next = co_await (jobs_ == For::Checks ? check(job) : step(job));
  if (is_woken_) next = core_->machine.loop.clock().steady();
  is_woken_ = false;
  running_.reset();
  if (next) due_[job] = *next;
  schedule();
}

Task<std::optional<Tick>> BulkRunner::step(std::string id) {
  auto& loop = core_->machine.loop;
  const auto began = loop.clock().steady();
  const auto round = std::make_shared<Round>(loop);
  const auto count = steps_at_once(id);
  for (std::size_t n = 1; n < count; ++n) loop.spawn(one_step(round, id), "control.bulk_step");
  co_await one_step(round, id);
  while (round->made.size() < count) co_await round->bell.wait();
  step_time_ = (3 * step_time_ + (loop.clock().steady() - began)) / 4;

  handing_in_.erase(id);
  bool is_busy = false;
  std::uint64_t last = 0;
  std::optional<Error> failure;
  std::optional<milliseconds> paced;  // what the rate makes of all rows
  std::optional<milliseconds> next;
  for (const auto& made : round->made) {
    if (!made && made.error().fault != Fault::Busy) failure = made.error();
    is_busy = is_busy || !made;
    if (!made || !*made) continue;
    const auto& step = **made;
    note(step);
    is_busy = is_busy || step.piece.is_busy;
    if (step.rows > 0 && step.next) paced = paced.value_or(milliseconds(0)) + *step.next;
    else if (step.next) next = std::min(next.value_or(*step.next), *step.next);
    const auto& view = step.piece.job.view;
    if (step.rows > 0 && view.position > last && view.state == JobState::Running && view.position < view.total) handing_in_[id] = {view.rate, view.total - view.position};
    last = std::max(last, view.position);
  }
  if (failure) co_return co_await stop(id, *failure);
  if (is_busy) co_return loop.clock().steady() + kRetryWait;
  if (paced) next = std::min(next.value_or(*paced), *paced);
  if (!next) co_return std::nullopt;
  co_return std::max(loop.clock().steady(), began + *next);
}

Task<void> BulkRunner::one_step(std::shared_ptr<Round> round, std::string id) {
  const auto self = shared_from_this();
  auto made = co_await core_->writer->run(core_->machine.loop, [core = core_, id](Connection& connection) { return step_of_job(connection, id, tools_of(*core)); },
                                           sql::Lane::Bulk);
  round->made.push_back(std::move(made));
  round->bell.ring();
}

std::size_t BulkRunner::steps_at_once(const std::string& id) const {
  const auto it = handing_in_.find(id);
  if (it == handing_in_.end()) return 1;
  const auto& [rate, left] = it->second;
  const auto rows = std::min<std::uint64_t>(rows_in_step(rate), core_->writer->has_singles() ? kRowsBeside : kChunkRows);
  const auto wanted = std::min(static_cast<double>(rate) * step_time_.count(), static_cast<double>(left));
  return std::clamp<std::size_t>(static_cast<std::size_t>(std::ceil(wanted / static_cast<double>(rows))), 1, kStepsMost);
}

// A piece of a check: tried beside the database, and then written down. After a start it begins anew.
Task<std::optional<Tick>> BulkRunner::check(std::string id) {
  auto& machine = core_->machine;
  auto& loop = machine.loop;
  const auto again = [&] { return std::optional(loop.clock().steady()); };
  const auto found = co_await core_->readers->run(loop, [id](Connection& connection) { return job_by_id(connection, id); });
  if (!found) co_return loop.clock().steady() + kRetryWait;
  if (!*found) co_return std::nullopt;
  const auto& job = **found;
  if (job.view.state != JobState::Running) {
    if (job.view.state != JobState::Paused) scratches_.erase(id);
    co_return co_await step(id);
  }
  auto& scratch = scratches_[id];
  if (scratch == nullptr && job.view.position > 0) {
    const auto anew = co_await core_->writer->run(loop, [id](Connection& connection) { return start_anew(connection, id); }, sql::Lane::Bulk);
    if (!anew && anew.error().fault == Fault::Broken) co_return co_await stop(id, anew.error());
    co_return again();
  }
  if (scratch == nullptr) {
    auto made = co_await machine.sql.run(loop, [] { return BulkScratch::make(); });
    if (!made) co_return loop.clock().steady() + kRetryWait;
    if (!*made) co_return co_await stop(id, made->error());
    scratch = std::move(**made);
  }
  const auto tried = co_await core_->readers->run(loop, [core = core_, scratch, job](Connection& connection) {
    return try_rows(connection, *scratch, job, kChunkRows, tools_of(*core));
  });
  if (!tried && tried.error().fault == Fault::Busy) {
    scratches_.erase(id);  // some of them may be done there
    co_return loop.clock().steady() + kRetryWait;
  }
  if (!tried) co_return co_await stop(id, tried.error());
  const auto noted = co_await core_->writer->run(loop, [id, position = job.view.position, rows = *tried, now = loop.clock().now()](Connection& connection) {
    return note_tried(connection, id, position, rows, now);
  }, sql::Lane::Bulk);
  if (!noted) scratches_.erase(id);
  if (!noted && noted.error().fault == Fault::Busy) co_return loop.clock().steady() + kRetryWait;
  if (!noted) co_return co_await stop(id, noted.error());
  if (noted->view.state == JobState::Done) note_end(*noted);
  co_return again();
}

// What can't be read any more, or what the database does not take: the job waits for somebody to look.
Task<std::optional<Tick>> BulkRunner::stop(std::string id, Error error) {
  auto& machine = core_->machine;
  machine.log.error("bulk.failed", {{"job", id}, {"reason", error.text}});
  if (!core_->writer->is_healthy()) co_return std::nullopt;
  const auto done = co_await core_->writer->run(machine.loop, [id, error](Connection& connection) -> Result<> {
    TRY(auto job, job_by_id(connection, id));
    if (!job || job->view.state != JobState::Running) return {};
    job->view.state = JobState::Paused;
    job->view.reason = "it failed here, which is logged";
    return put_job(connection, *job);
  });
  if (done) co_return std::nullopt;
  co_return machine.loop.clock().steady() + kRetryWait;
}

// Tells the clusters, the metrics and the log what a step did.
void BulkRunner::note(const StepDone& step) {
  auto& machine = core_->machine;
  for (const auto& accepted : step.piece.accepted) {
    for (const auto& [cluster, changes] : accepted.clusters) {
      core_->queue_length(cluster).add(static_cast<std::int64_t>(changes));
      core_->ring(cluster);
    }
    for (const auto& cluster : accepted.pulled) core_->ring(cluster);
  }
  const auto& job = step.piece.job;
  if (!step.piece.accepted.empty())
    machine.metrics.counter("postroad_control_accepted_total", "Requests accepted", {{"face", "bulk"}}).add(step.piece.accepted.size());
  for (const auto verdict : step.piece.verdicts)
    machine.metrics.counter("postroad_bulk_rows_total", "Rows of bulk jobs that were dealt with", {{"verdict", std::string(verdict_name(verdict))}}).add();
  if (step.has_ended || step.has_paused) note_end(job);
}

void BulkRunner::note_end(const JobRow& job) {
  const auto& view = job.view;
  core_->machine.metrics.counter("postroad_bulk_jobs_total", "Bulk jobs that are done, or that too many failures paused",
                                 {{"kind", std::string(job_kind_name(view.kind))}, {"state", std::string(job_state_name(view.state))}}).add();
  core_->machine.log.info(view.state == JobState::Paused ? "bulk.paused" : "bulk.done", {{"job", view.id},
                                                                                        {"kind", job_kind_name(view.kind)},
                                                                                        {"actor", log::Private{view.submitter}},
                                                                                        {"rows", view.position},
                                                                                        {"accepted", view.accepted},
                                                                                        {"failed", view.failed},
                                                                                        {"skipped", view.skipped},
                                                                                        {"reason", view.reason}});
}

Task<void> BulkRunner::keep_house() {
  const auto self = shared_from_this();
  auto& machine = core_->machine;
  for (bool has_more = true; has_more;) {
    const auto left = co_await core_->writer->run(machine.loop, [core = core_](Connection& connection) {
      return clear_up(connection, core->machine.loop.clock().now(), core->options.bulk);
    }, sql::Lane::Bulk);
    has_more = left.value_or(false);
  }
  house_timer_.set(machine.loop.clock().steady() + kHouseWait, [this] { core_->machine.loop.spawn(keep_house(), "control.bulk_house"); });
}

}  // namespace postroad::control
