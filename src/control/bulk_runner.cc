#include "control/bulk_runner.h"

#include <algorithm>

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
constexpr std::uint64_t kRowsBeside = 8;  // in a step, while somebody waits for single changes
constexpr std::chrono::hours kHouseWait{1};

BulkTools tools_of(Core& core) {
  return {.draft = core.tools(), .sealer = core.sealer, .random = core.machine.random, .quota_bytes = core.options.quota_bytes,
          .rows_most = core.writer->has_singles() ? kRowsBeside : kChunkRows};
}

}  // namespace

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
  auto& machine = core_->machine;
  const auto began = machine.loop.clock().steady();
  auto made = co_await core_->writer->run(machine.loop, [core = core_, id](Connection& connection) { return step_of_job(connection, id, tools_of(*core)); },
                                           sql::Lane::Bulk);
  if (!made && made.error().fault == Fault::Busy) co_return machine.loop.clock().steady() + kRetryWait;
  if (!made) co_return co_await stop(id, made.error());
  if (!*made) co_return std::nullopt;
  note(**made);
  if (!(*made)->next) co_return std::nullopt;
  co_return std::max(machine.loop.clock().steady(), began + *(*made)->next);
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
