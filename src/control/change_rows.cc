#include "control/change_rows.h"

#include "control/queue.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

constexpr std::string_view kColumns = "seq, id, cluster, kind, subject, actor, state, queued_at, settled_at, reason, company, domain, position";

ChangeRow change_row(const sql::Row& row) {
  ChangeRow made;
  made.view.id = row[1].text();
  made.view.cluster = row[2].text();
  made.view.kind = row[3].text();
  made.view.subject = row[4].text();
  made.view.actor = row[5].text();
  made.view.state = static_cast<ChangeState>(row[6].number());
  made.view.queued_at = to_time(row[7].number());
  made.view.settled_at = to_time(row[8].number());
  made.view.reason = row[9].text();
  made.company = row[10].text();
  made.domain = row[11].text();
  made.view.position = static_cast<std::uint64_t>(row[12].number());  // 0 while it is queued
  return made;
}

// Among its client's own: how much others have waiting is not told.
Result<std::uint64_t> position(sql::Connection& connection, const std::string& cluster, std::int64_t seq) {
  TRY(const auto row, sql::run_one(connection, "SELECT count(*) FROM (SELECT 1 FROM queue WHERE cluster = $1 AND client = (SELECT client FROM queue WHERE seq = $2) "
                                               "AND stage IN (0, 1, 2, 3, 4, 5) AND seq <= $2 LIMIT $3) AS ahead",
                                   {cluster, seq, kPositionMost}));
  return static_cast<std::uint64_t>(row[0].number());
}

}  // namespace

Result<std::optional<ChangeRow>> change_by_id(sql::Connection& connection, std::string_view id) {
  TRY(const auto rows, connection.run("SELECT " + std::string(kColumns) + " FROM changes WHERE id = $1", {id}));
  if (rows.empty()) return std::nullopt;
  auto made = change_row(rows[0]);
  if (made.view.state == ChangeState::Queued) {
    TRY(made.view.position, position(connection, made.view.cluster, rows[0][0].number()));
  }
  return made;
}

Result<ChangeView> change_by_seq(sql::Connection& connection, std::int64_t seq) {
  TRY(const auto row, sql::run_one(connection, "SELECT " + std::string(kColumns) + " FROM changes WHERE seq = $1", {seq}));
  return change_row(row).view;
}

Result<std::vector<ChangeView>> unsettled_changes(sql::Connection& connection, std::string_view cluster, std::uint64_t most) {
  TRY(const auto rows, connection.run("SELECT " + std::string(kColumns) + " FROM changes WHERE seq IN (SELECT seq FROM queue WHERE cluster = $1 ORDER BY seq LIMIT $2) "
                                      "ORDER BY seq", {cluster, most}));
  std::vector<ChangeView> made;
  for (const auto& row : rows) made.push_back(change_row(row).view);
  return made;
}

}  // namespace postroad::control
