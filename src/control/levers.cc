#include "control/levers.h"

#include "control/rows.h"

namespace postroad::control {
namespace {
constexpr std::int64_t kKept = 100'000;
}

Result<> note_lever(sql::Connection& connection, const Caller& caller, Time at, const std::string& action, const std::string& target,
                    const std::string& detail) {
  TRY(const auto counted, sql::run_one(connection, "UPDATE counters SET value = value + 1 WHERE name = 'lever' RETURNING value"));
  const auto seq = counted[0].number();
  TRY_OK(connection.run("INSERT INTO levers (seq, at, actor, action, target, detail) VALUES ($1, $2, $3, $4, $5, $6)",
                        {seq, to_number(at), caller.name, action, target, detail}));
  TRY_OK(connection.run("DELETE FROM levers WHERE seq <= $1", {seq - kKept}));
  return {};
}

Result<std::vector<LeverView>> newest_levers(sql::Connection& connection, std::uint64_t most) {
  TRY(const auto rows, connection.run("SELECT at, actor, action, target, detail FROM levers ORDER BY seq DESC LIMIT $1", {most}));
  std::vector<LeverView> made;
  for (const auto& row : rows) made.push_back({to_time(row[0].number()), row[1].text(), row[2].text(), row[3].text(), row[4].text()});
  return made;
}

}  // namespace postroad::control
