#include "control/bulk_undo.h"

#include "control/bulk_print.h"
#include "control/domain_drafts.h"
#include "control/edits.h"
#include "control/errors.h"

namespace postroad::control {
namespace {

using sql::Connection;

Error skip(std::string text) { return {Fault::Conflict, std::move(text), "SKIPPED"}; }

// What the job left it as: its last row about it says.
Result<std::string> print_left(Connection& connection, std::string_view job, std::string_view object) {
  TRY(const auto rows, connection.run("SELECT print FROM bulk_rows WHERE object = $1 AND job = $2 ORDER BY row_no DESC LIMIT 1", {object, job}));
  return rows.empty() ? std::string{} : rows[0][0].text();
}

Result<> erase_object(Draft& draft, const std::string& id) {
  const bool is_domain = id.starts_with('d');
  TRY(const auto user, is_domain ? Found<User>(std::nullopt) : user_by_id(draft.sql, id));
  TRY(const auto domain, domain_by_id(draft.sql, is_domain ? id : user ? user->domain : std::string{}));
  if (!domain) return std::unexpected(skip("it is gone"));
  if (is_domain) return erase_whole_domain(draft, domain->name, false);
  TRY(const auto place, draft.authority.domain_of_users(draft.sql, domain->name, Right::Users));
  TRY(const auto seen, user_of(draft.sql, place, user->local, kAnyUser));
  return erase_user(draft, place, seen);
}

Result<Accepted> take_away(Connection& connection, const JobRow& job, std::int64_t number, const ResultRow& row, const BulkTools& tools) {
  TRY(const auto now, print_of(connection, row.object));
  if (now.empty()) return std::unexpected(skip("it is gone"));
  TRY(const auto left, print_left(connection, job.view.undoes, row.object));
  if (now != left) return std::unexpected(skip("it was changed since"));
  const auto caller = job.caller(number);
  TRY(auto authority, Authority::load(connection, caller, tools.draft.now));
  Draft draft(connection, caller, std::move(authority), tools.draft);
  TRY_OK(erase_object(draft, row.object));
  return draft.accepted();
}

Result<RowDone> undo_row(Connection& connection, const JobRow& job, std::int64_t number, const ResultRow& row, const BulkTools& tools) {
  RowDone made;
  auto& result = made.result;
  result.row = number;
  result.line = row.line;
  result.action = "delete";
  result.subject = row.subject;
  TRY_OK(connection.run("SAVEPOINT bulk_row"));
  auto accepted = take_away(connection, job, number, row, tools);
  if (accepted) {
    result.change = accepted->change;
    made.accepted = std::move(*accepted);
  } else {
    const auto& error = accepted.error();
    if (error.fault == Fault::Broken) return std::unexpected(error);
    TRY_OK(connection.run("ROLLBACK TO bulk_row"));
    made.is_busy = error.fault == Fault::Busy;
    const bool is_skipped = error.code == "SKIPPED" || error.code == code::kDomainNotEmpty;
    result.verdict = is_skipped ? Verdict::Skipped : Verdict::Refused;
    result.code = error.code == "SKIPPED" ? std::string{} : error.code;
    result.reason = error.text;
  }
  TRY_OK(connection.run("RELEASE bulk_row"));
  return made;
}

bool has_created(const ResultRow& row) { return row.action == "create" && row.verdict == Verdict::Queued && !row.object.empty(); }

}  // namespace

// Its n-th row is the n-th from the end of the other job's.
Result<> undo_rows(Connection& connection, PieceDone& piece, std::uint64_t most, const BulkTools& tools) {
  auto& job = piece.job;
  const auto total = static_cast<std::int64_t>(job.view.total);
  const auto count_rows = std::min(most, job.view.total - job.view.position);
  const auto last = total - static_cast<std::int64_t>(job.view.position);
  TRY(const auto rows, results_after(connection, job.view.undoes, last - static_cast<std::int64_t>(count_rows), count_rows));
  auto at = rows.rbegin();
  for (std::int64_t of = last; of > last - static_cast<std::int64_t>(count_rows) && job.view.state == JobState::Running; --of) {
    while (at != rows.rend() && at->row > of) ++at;
    if (at == rows.rend() || at->row != of || !has_created(*at)) {
      ++job.view.position;
      continue;
    }
    TRY(auto done, undo_row(connection, job, total + 1 - of, *at, tools));
    piece.is_busy = done.is_busy;
    if (done.is_busy) return {};
    TRY_OK(put_result(connection, job.view.id, done.result));
    ++job.view.position;
    piece.verdicts.push_back(done.result.verdict);
    if (done.accepted) piece.accepted.push_back(std::move(*done.accepted));
    count(job, done.result.verdict);
  }
  return {};
}

}  // namespace postroad::control
