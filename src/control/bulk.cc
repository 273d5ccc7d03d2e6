#include "control/bulk.h"

#include <algorithm>

#include "control/bulk_access.h"
#include "control/bulk_intake.h"
#include "control/bulk_result.h"
#include "control/bulk_runner.h"
#include "control/core.h"
#include "control/errors.h"
#include "control/names.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

constexpr std::uint64_t kFailuresMost = 1'000'000'000;
constexpr std::uint64_t kKeptMost = 1000;  // of one company, with those that have ended

std::unexpected<Error> wrong_state(const JobRow& job, std::string_view what) {
  return fail(Fault::Conflict, "the bulk job is " + std::string(job_state_name(job.view.state)) + ": " + std::string(what), std::string(code::kWrongState));
}

// How many jobs a company may have.
Result<> check_count(Connection& connection, const std::string& company, const BulkOptions& options) {
  TRY(const auto row, sql::run_one(connection, "SELECT count(*), coalesce(sum(CASE WHEN state IN ($2, $3) THEN 0 ELSE 1 END), 0) FROM bulk_jobs WHERE company = $1",
                                   {company, static_cast<int>(JobState::Done), static_cast<int>(JobState::Cancelled)}));
  const auto over = [](std::uint64_t most, std::string_view what) {
    return fail(Fault::Refused, "a company has at most " + std::to_string(most) + " bulk jobs " + std::string(what), std::string(code::kOverLimit));
  };
  if (static_cast<std::uint64_t>(row[1].number()) >= options.jobs_most) return over(options.jobs_most, "that have not ended");
  if (static_cast<std::uint64_t>(row[0].number()) >= kKeptMost) return over(kKeptMost, "whose results are kept");
  return {};
}

Result<JobRow> new_job(const Caller& caller, const Authority& authority, const NewJob& spec, const DraftTools& tools, const BulkOptions& options) {
  if (!authority.is_operator() && !authority.has_roles()) return fail(Fault::Refused, "your role does not allow this", std::string(code::kNotAllowed));
  JobRow job;
  auto& view = job.view;
  view.id = tools.new_id('j');
  TRY(view.name, one_line(spec.name, "the name"));
  view.kind = spec.is_check ? JobKind::Check : JobKind::Apply;
  view.submitter = caller.name;
  view.rate = spec.rate.value_or(options.rate);
  if (view.rate == 0 || view.rate > options.rate_most)
    return fail(Fault::Refused, "the rate is 1 to " + std::to_string(options.rate_most) + " rows a second", std::string(code::kBadValue));
  view.failures_most = spec.failures_most.value_or(options.failures_most);
  if (view.failures_most > kFailuresMost) return fail(Fault::Refused, "so many rows can't fail", std::string(code::kBadValue));
  view.created_at = tools.now;
  TRY(job.window, parse_window(spec.window));
  job.company = authority.client();
  job.submitter = caller.id;
  job.face = caller.face;
  job.peer = caller.peer;
  job.token = caller.token;
  job.format = spec.format;
  job.generates = spec.generates;
  return job;
}

// Ready: it runs, or waits for somebody.
void close(JobRow& job, const BulkOptions& options) {
  const bool needs_approval = options.approve_rows > 0 && job.view.total > options.approve_rows && job.view.kind != JobKind::Check;
  job.view.state = needs_approval ? JobState::Waiting : JobState::Running;
}

void end(JobRow& job, std::string reason, Time now) {
  job.view.state = JobState::Cancelled;
  job.view.reason = std::move(reason);
  job.view.ended_at = now;
  job.carry.clear();
}

struct Appended {
  JobRow job;
  std::optional<Error> error;
};

Result<Appended> append_piece(Connection& connection, JobRow job, std::uint64_t offset, const std::string& text, bool is_last, Core& core) {
  if (job.view.state != JobState::Receiving) return wrong_state(job, "its file is whole");
  if (offset != job.view.bytes)
    return fail(Fault::Conflict, std::to_string(job.view.bytes) + " bytes of the file are here: go on from there", std::string(code::kWrongState));
  TRY_OK(connection.run("SAVEPOINT intake"));
  auto after = job;
  auto taken = take_piece(connection, after, text, is_last, core.options.bulk, core.sealer, core.machine.random);
  if (taken && is_last && after.view.total == 0) taken = fail(Fault::Syntax, "the file has no rows", std::string(code::kBadValue));
  if (!taken) {
    if (taken.error().fault == Fault::Broken || taken.error().fault == Fault::Busy) return std::unexpected(taken.error());
    TRY_OK(connection.run("ROLLBACK TO intake"));
    end(job, taken.error().text, core.machine.loop.clock().now());
  } else {
    job = std::move(after);
    if (is_last) close(job, core.options.bulk);
  }
  TRY_OK(connection.run("RELEASE intake"));
  TRY_OK(put_job(connection, job));
  return Appended{std::move(job), taken ? std::nullopt : std::optional(taken.error())};
}

// A change of a job's state, which is told in the log.
using Move = std::function<Result<JobRow>(Connection&, JobRow, const Caller&, const DraftTools&)>;
Task<Result<JobView>> move_job(std::shared_ptr<Core> core, std::shared_ptr<BulkRunners> runner, Caller caller, std::string id, JobRight right, std::string_view action, Move move) {
  CO_TRY(auto job, co_await core->write(caller, [=](Connection& connection, const Authority& authority, const Caller&, const DraftTools& tools) -> Result<JobRow> {
    TRY(auto found, visible_job(connection, authority, caller, id, right));
    TRY(auto moved, move(connection, std::move(found), caller, tools));
    TRY_OK(put_job(connection, moved));
    TRY(moved.view, view_of(connection, moved));
    return moved;
  }));
  core->machine.log.info("bulk.steered", {{"job", job.view.id},
                                 {"action", action},
                                 {"kind", job_kind_name(job.view.kind)},
                                 {"actor", log::Private{caller.name}},
                                 {"face", caller.face},
                                 {"peer", caller.peer},
                                 {"state", job_state_name(job.view.state)},
                                 {"rows", job.view.total}});
  runner->wake(job);
  co_return std::move(job.view);
}

}  // namespace

Task<Result<JobView>> BulkJobs::add(Caller caller, NewJob spec) {
  CO_TRY(auto view, co_await core_->write(caller, [spec, core = core_](Connection& connection, const Authority& authority, const Caller& who, const DraftTools& tools) -> Result<JobView> {
    TRY(auto job, new_job(who, authority, spec, tools, core->options.bulk));
    TRY_OK(check_count(connection, job.company, core->options.bulk));
    TRY_OK(put_job(connection, job));
    return view_of(connection, std::move(job));
  }));
  core_->machine.log.info("bulk.added", {{"job", view.id}, {"kind", job_kind_name(view.kind)}, {"actor", log::Private{caller.name}}, {"face", caller.face}, {"peer", caller.peer}});
  co_return view;
}

Task<Result<JobView>> BulkJobs::append(Caller caller, std::string id, std::uint64_t offset, std::string text, bool is_last) {
  if (text.size() > kBulkPieceBytes) co_return fail(Fault::Refused, "a piece has at most " + std::to_string(kBulkPieceBytes) + " bytes", std::string(code::kOverLimit));
  CO_TRY(auto made, co_await core_->write(caller, [=, core = core_, held = std::move(text)](Connection& connection, const Authority& authority, const Caller& who, const DraftTools&) -> Result<Appended> {
    TRY(auto job, visible_job(connection, authority, who, id, JobRight::Manage));
    TRY(auto appended, append_piece(connection, std::move(job), offset, held, is_last, *core));
    TRY(appended.job.view, view_of(connection, appended.job));
    return appended;
  }));
  const auto& job = made.job;
  if (made.error || is_last)
    core_->machine.log.info(made.error ? "bulk.unreadable" : "bulk.submitted", {{"job", id},
                                                                              {"kind", job_kind_name(job.view.kind)},
                                                                              {"actor", log::Private{caller.name}},
                                                                              {"state", job_state_name(job.view.state)},
                                                                              {"rows", job.view.total},
                                                                              {"bytes", job.view.bytes}});
  runner_->wake(job);
  if (made.error) co_return std::unexpected(*made.error);
  co_return std::move(made.job.view);
}

Task<Result<JobView>> BulkJobs::get(Caller caller, std::string id) {
  return core_->look(caller, [=](Connection& connection, const Authority& authority) -> Result<JobView> {
    TRY(auto job, visible_job(connection, authority, caller, id, JobRight::See));
    return view_of(connection, std::move(job));
  });
}

Task<Result<Page<JobView>>> BulkJobs::list(Caller caller, From from) {
  return core_->look(caller, [=](Connection& connection, const Authority& authority) { return visible_jobs(connection, authority, caller, from); });
}

Task<Result<Page<RowView>>> BulkJobs::result(Caller caller, std::string id, From from, bool takes_passwords) {
  if (!takes_passwords)
    return core_->look(caller, [=](Connection& connection, const Authority& authority) -> Result<Page<RowView>> {
      TRY(const auto job, visible_job(connection, authority, caller, id, JobRight::See));
      return result_page(connection, job, from);
    });
  return core_->write(caller, [=, core = core_](Connection& connection, const Authority& authority, const Caller&, const DraftTools&) -> Result<Page<RowView>> {
    TRY(auto job, visible_job(connection, authority, caller, id, JobRight::Manage));
    return take_passwords(connection, std::move(job), from, core->sealer);
  });
}

Task<Result<JobView>> BulkJobs::approve(Caller caller, std::string id) {
  return move_job(core_, runner_, caller, id, JobRight::Approve, "approve", [](Connection&, JobRow job, const Caller& who, const DraftTools&) -> Result<JobRow> {
    if (job.view.state != JobState::Waiting) return wrong_state(job, "it waits for no approval");
    job.view.state = JobState::Running;
    job.view.approved_by = who.name;
    return job;
  });
}

Task<Result<JobView>> BulkJobs::pause(Caller caller, std::string id) {
  return move_job(core_, runner_, caller, id, JobRight::Manage, "pause", [](Connection&, JobRow job, const Caller& who, const DraftTools&) -> Result<JobRow> {
    if (job.view.state != JobState::Running) return wrong_state(job, "only a running one can be paused");
    job.view.state = JobState::Paused;
    job.view.reason = "by " + who.name;
    return job;
  });
}

// The failures up to now don't count any more.
Task<Result<JobView>> BulkJobs::resume(Caller caller, std::string id) {
  return move_job(core_, runner_, caller, id, JobRight::Manage, "resume", [](Connection&, JobRow job, const Caller&, const DraftTools&) -> Result<JobRow> {
    if (job.view.state != JobState::Paused) return wrong_state(job, "only a paused one can be resumed");
    job.view.state = JobState::Running;
    job.view.reason.clear();
    job.forgiven = job.view.failed;
    return job;
  });
}

Task<Result<JobView>> BulkJobs::cancel(Caller caller, std::string id) {
  return move_job(core_, runner_, caller, id, JobRight::Manage, "cancel", [](Connection&, JobRow job, const Caller& who, const DraftTools& tools) -> Result<JobRow> {
    if (job.is_over()) return wrong_state(job, "it has ended");
    end(job, "by " + who.name, tools.now);
    return job;
  });
}

Task<Result<JobView>> BulkJobs::undo(Caller caller, std::string id) {
  return move_job(core_, runner_, caller, id, JobRight::Manage, "undo", [core = core_](Connection& connection, JobRow of, const Caller& who, const DraftTools& tools) -> Result<JobRow> {
    if (!of.is_over()) return wrong_state(of, "cancel it first");
    if (of.view.kind != JobKind::Apply) return fail(Fault::Conflict, "only a job that changed something can be undone", std::string(code::kWrongState));
    TRY(const auto authority, Authority::load(connection, who, tools.now));
    TRY(auto job, new_job(who, authority, {.name = "undo of " + (of.view.name.empty() ? of.view.id : of.view.name)}, tools, core->options.bulk));
    TRY_OK(check_count(connection, job.company, core->options.bulk));
    job.view.kind = JobKind::Undo;
    job.view.undoes = of.view.id;
    job.view.total = of.view.position;
    close(job, core->options.bulk);
    return job;
  });
}

void BulkJobs::keep_house() { core_->machine.loop.spawn(runner_->changes->keep_house(), "control.bulk_house"); }

}  // namespace postroad::control
