#include "control/bulk_check.h"

#include <algorithm>

#include "control/bulk_step.h"
#include "control/queue.h"

namespace postroad::control {
namespace {

using sql::Connection;

constexpr std::uint64_t kAnewMost = 1000;

// Everything is applied at once there, so that nothing waits.
Result<> settle_all(Connection& scratch, Time now) {
  for (;;) {
    TRY(const auto rows, scratch.run("SELECT min(seq) FROM queue"));
    if (rows[0][0].is_null()) return {};
    Moved moved;
    TRY_OK(settle_applied(scratch, rows[0][0].number(), now, moved));
  }
}

}  // namespace

Result<std::vector<ResultRow>> try_rows(Connection& real, BulkScratch& scratch, const JobRow& job, std::uint64_t most, const BulkTools& given) {
  auto tools = given;
  tools.draft.queue_most = UINT64_MAX;
  tools.draft.client_queue_most = UINT64_MAX;
  const auto first = static_cast<std::int64_t>(job.view.position) + 1;
  TRY(const auto chunk, chunk_of(real, job.view.id, first, tools.sealer));
  if (!chunk) return fail(Fault::Broken, "a bulk job's rows are lost");
  TRY_OK(scratch.bring_caller(real, job));
  std::vector<ResultRow> made;
  for (auto at = static_cast<std::size_t>(first - chunk->first); at < chunk->rows.size() && made.size() < most; ++at) {
    const auto& row = chunk->rows[at];
    if (const auto change = change_of_row(row)) TRY_OK(scratch.bring(real, *change));
    TRY(auto done, work_on_row(scratch.connection(), job, chunk->first + static_cast<std::int64_t>(at), row, tools));
    TRY_OK(settle_all(scratch.connection(), tools.draft.now));
    auto& result = done.result;
    if (result.verdict == Verdict::Queued) result.verdict = Verdict::Good;
    result.object.clear();
    result.print.clear();
    result.change.clear();
    result.password.clear();
    made.push_back(std::move(result));
  }
  TRY_OK(scratch.forget());
  return made;
}

Result<JobRow> note_tried(Connection& connection, const std::string& id, std::uint64_t position, const std::vector<ResultRow>& rows, Time now) {
  TRY(auto job, job_by_id(connection, id));
  if (!job) return fail(Fault::NotFound, "the bulk job is gone");
  if (job->view.state != JobState::Running || job->view.position != position) return std::move(*job);
  for (const auto& row : rows) {
    TRY_OK(put_result(connection, id, row));
    count(*job, row.verdict);
  }
  job->view.position += rows.size();
  job->view.settled = job->view.position;
  end_if_done(*job, now);
  TRY_OK(put_job(connection, *job));
  return std::move(*job);
}

Result<bool> start_anew(Connection& connection, const std::string& id) {
  TRY_OK(connection.run("DELETE FROM bulk_rows WHERE job = $1 AND row_no IN (SELECT row_no FROM bulk_rows WHERE job = $1 ORDER BY row_no LIMIT $2)", {id, kAnewMost}));
  TRY(const auto rest, connection.run("SELECT 1 FROM bulk_rows WHERE job = $1 LIMIT 1", {id}));
  if (!rest.empty()) return true;
  TRY_OK(connection.run("UPDATE bulk_jobs SET position = 0, settled = 0, accepted = 0, failed = 0 WHERE id = $1", {id}));
  return false;
}

}  // namespace postroad::control
