#include "control/bulk_step.h"

#include <algorithm>

#include "control/bulk_result.h"

namespace postroad::control {
namespace {

using sql::Connection;
using std::chrono::milliseconds;

constexpr std::uint64_t kSettleMost = 512;
constexpr std::uint64_t kSettleBeside = 2 * kChunkRows;  // while others are handed in
constexpr std::uint64_t kBehindMost = 2048;  // rows that may wait for their outcome to be looked for beside others
constexpr std::uint64_t kEraseMost = 64;
constexpr milliseconds kBusyWait{1000};
constexpr milliseconds kSettleWait{500};
constexpr milliseconds kLookAgain{15 * 60 * 1000};  // while the window is closed

// Its turn: rows, where the window is open.
Result<milliseconds> work(Connection& connection, StepDone& step, const BulkTools& tools) {
  const auto closed = until_open(step.piece.job.window, tools.draft.now);
  if (closed.count() > 0) return std::min<milliseconds>(closed, kLookAgain);
  const auto before = step.piece.job.view.position;
  const auto rate = std::max<std::uint64_t>(step.piece.job.view.rate, 1);
  TRY(auto piece, work_on_job(connection, step.piece.job.view.id, std::min(rows_in_step(rate), tools.rows_most), tools));
  step.piece = std::move(*piece);
  step.rows = step.piece.job.view.position - before;
  if (step.piece.is_busy) return kBusyWait;
  return milliseconds(step.rows * 1000 / rate);
}

}  // namespace

std::uint64_t rows_in_step(std::uint64_t rate) { return std::clamp<std::uint64_t>(rate / 20, 1, kChunkRows); }

Result<bool> settle_rows(Connection& connection, JobRow& job, std::uint64_t most) {
  TRY(const auto rows, connection.run("SELECT r.row_no, r.verdict, c.state, c.reason, r.password FROM bulk_rows r LEFT JOIN changes c ON c.id = r.change "
                                      "WHERE r.job = $1 AND r.row_no > $2 ORDER BY r.row_no LIMIT $3", {job.view.id, job.view.settled, most}));
  const auto before = job.view.settled;
  for (const auto& row : rows) {
    const bool is_accepted = static_cast<Verdict>(row[1].number()) == Verdict::Queued;
    const auto state = !is_accepted || row[2].is_null() ? ChangeState::Applied : static_cast<ChangeState>(row[2].number());
    if (state == ChangeState::Queued) return job.view.settled != before;
    job.view.settled = static_cast<std::uint64_t>(row[0].number());
    if (state == ChangeState::Applied) continue;
    const auto verdict = outcome_verdict(state);
    TRY_OK(connection.run("UPDATE bulk_rows SET verdict = $1, code = $2, reason = $3, password = '' WHERE job = $4 AND row_no = $5",
                          {static_cast<int>(verdict), outcome_code(verdict), row[3].text(), job.view.id, row[0].number()}));
    if (!row[4].text().empty()) --job.view.passwords;
    --job.view.accepted;
    count(job, verdict);
  }
  if (rows.size() < most) job.view.settled = job.view.position;
  return job.view.settled != before;
}

bool end_if_done(JobRow& job, Time now) {
  auto& view = job.view;
  if (view.state != JobState::Running || view.position < view.total || view.settled < view.position) return false;
  view.state = JobState::Done;
  view.reason.clear();
  view.ended_at = now;
  return true;
}

Result<std::optional<StepDone>> step_of_job(Connection& connection, const std::string& id, const BulkTools& tools) {
  TRY(auto found, job_by_id(connection, id));
  if (!found) return std::nullopt;
  StepDone step{.piece = {std::move(*found), {}, {}, false}, .has_ended = false, .has_paused = false, .next = {}};
  auto& job = step.piece.job;
  const auto& view = job.view;
  const auto now_is = [&](milliseconds wait) { step.next = std::min(step.next.value_or(wait), wait); };
  const bool was_running = view.state == JobState::Running;
  bool is_changed = false;
  // A check is not worked on here (bulk_check.h): it may have been resumed just now.
  if (view.kind == JobKind::Check && view.state == JobState::Running) {
    step.next = milliseconds(0);
    return step;
  }
  if (view.state == JobState::Running && view.position < view.total) {
    TRY(const auto wait, work(connection, step, tools));
    now_is(wait);
  }
  const auto behind = view.position - view.settled;
  const bool hands_in = view.state == JobState::Running && view.position < view.total;
  if (behind > 0) {
    TRY(const bool has_moved, settle_rows(connection, job, hands_in && behind <= kBehindMost ? kSettleBeside : kSettleMost));
    is_changed = has_moved;
    if (view.settled < view.position && !hands_in) now_is(has_moved ? milliseconds(0) : kSettleWait);
  }
  if (job.is_over() && job.has_input) {
    TRY(job.has_input, erase_chunks(connection, view.id, kEraseMost));
    is_changed = true;
    if (job.has_input) now_is(milliseconds(0));
  }
  step.has_paused = was_running && view.state == JobState::Paused;
  step.has_ended = end_if_done(job, tools.draft.now);
  if (step.has_ended) {
    job.has_input = false;  // each chunk went with its last row
    step.next.reset();
  }
  if (is_changed || step.has_ended) TRY_OK(put_job(connection, job));
  return step;
}

}  // namespace postroad::control
