#include "control/bulk_result.h"

#include <algorithm>

#include "base/text.h"
#include "control/errors.h"

namespace postroad::control {
namespace {

using sql::Connection;

struct Found {
  std::vector<ResultRow> rows;
  std::string next;
};

Result<Found> find_rows(Connection& connection, const JobRow& job, const From& from) {
  const auto most = std::clamp<std::uint64_t>(from.most, 1, kPageMost);
  const auto after = from.place.empty() ? std::optional<std::uint64_t>(0) : parse_number(from.place, INT64_MAX);
  if (!after) return fail(Fault::Refused, "there is no such place in the list", std::string(code::kBadValue));
  Found found;
  TRY(found.rows, results_after(connection, job.view.id, static_cast<std::int64_t>(*after), most));
  if (found.rows.size() == most) found.next = std::to_string(found.rows.back().row);
  return found;
}

// What the row's change has become, where that is not written down yet.
Result<> look_up(Connection& connection, const JobRow& job, const ResultRow& row, RowView& view) {
  if (row.verdict != Verdict::Queued) return {};
  view.verdict = Verdict::Applied;
  if (static_cast<std::uint64_t>(row.row) <= job.view.settled) return {};
  TRY(const auto rows, connection.run("SELECT state, reason FROM changes WHERE id = $1", {row.change}));
  if (rows.empty()) return {};
  const auto state = static_cast<ChangeState>(rows[0][0].number());
  if (state == ChangeState::Applied) return {};
  view.verdict = outcome_verdict(state);
  if (state == ChangeState::Queued) return {};
  view.code = outcome_code(view.verdict);
  view.reason = rows[0][1].text();
  return {};
}

Result<RowView> view_of_row(Connection& connection, const JobRow& job, const ResultRow& row) {
  RowView view{.row = static_cast<std::uint64_t>(row.row), .line = row.line, .action = row.action, .subject = row.subject, .verdict = row.verdict,
               .code = row.code, .reason = row.reason, .change = row.change, .password = {}, .has_password = !row.password.empty()};
  TRY_OK(look_up(connection, job, row, view));
  return view;
}

}  // namespace

Verdict outcome_verdict(ChangeState state) {
  switch (state) {
    case ChangeState::Queued: return Verdict::Queued;
    case ChangeState::Applied: return Verdict::Applied;
    case ChangeState::Refused: return Verdict::ClusterRefused;
    case ChangeState::Cancelled: break;
  }
  return Verdict::Cancelled;
}

std::string_view outcome_code(Verdict verdict) { return verdict == Verdict::ClusterRefused ? code::kClusterRefused : std::string_view{}; }

Result<Page<RowView>> result_page(Connection& connection, const JobRow& job, const From& from) {
  TRY(const auto found, find_rows(connection, job, from));
  Page<RowView> page{.rows = {}, .next = found.next};
  for (const auto& row : found.rows) {
    TRY(auto view, view_of_row(connection, job, row));
    page.rows.push_back(std::move(view));
  }
  return page;
}

Result<Page<RowView>> take_passwords(Connection& connection, JobRow job, const From& from, const sasl::Sealer& sealer) {
  TRY(const auto found, find_rows(connection, job, from));
  Page<RowView> page{.rows = {}, .next = found.next};
  for (const auto& row : found.rows) {
    TRY(auto view, view_of_row(connection, job, row));
    if (view.has_password) {
      TRY(view.password, unseal_text(row.password, sealer));
      TRY_OK(connection.run("UPDATE bulk_rows SET password = '' WHERE job = $1 AND row_no = $2", {job.view.id, row.row}));
      view.has_password = false;
      if (job.view.passwords > 0) --job.view.passwords;
    }
    page.rows.push_back(std::move(view));
  }
  TRY_OK(put_job(connection, job));
  return page;
}

}  // namespace postroad::control
