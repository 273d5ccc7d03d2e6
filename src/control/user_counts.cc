#include "control/user_counts.h"

#include <algorithm>

#include "base/text.h"
#include "control/condition.h"
#include "control/rows.h"
#include "statistics/periods.h"

namespace postroad::control {
namespace {

using sql::Connection;

// Where a user counts.
struct Place {
  std::string domain;
  std::string workgroup;
  std::string type;
  std::string state;
  bool operator==(const Place&) const = default;
  std::string key() const { return domain + "/" + workgroup + "/" + type + "/" + state; }
};
struct Figures {
  std::int64_t last_login = 0;  // microseconds since 1970; 0: never
  std::int64_t held_bytes = 0;
  bool operator==(const Figures&) const = default;
};
// A row as it stands.
struct Known {
  Place place;
  std::string folded;
  std::string services;
  std::int64_t quota_bytes = 0;
  Figures figures;
};

std::string state_of(std::string_view services, std::int64_t quota_bytes, std::int64_t held_bytes) {
  if (services.contains('s')) return "suspended";
  return quota_bytes > 0 && held_bytes >= quota_bytes ? "quota" : "active";
}

const sql::Value& value_of(std::string_view column, std::span<const std::string_view> columns, std::span<const sql::Value> row) {
  const auto at = std::ranges::find(columns, column);
  check(at != columns.end(), "a user's row says where it counts");
  return row[static_cast<std::size_t>(at - columns.begin())];
}

Result<std::optional<Known>> known(Connection& connection, std::string_view id) {
  TRY(const auto rows, connection.run("SELECT domain, in_workgroup, type, state, folded, services, quota_bytes, last_login, held_bytes FROM users WHERE id = $1", {id}));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows[0];
  return Known{{row[0].text(), row[1].text(), row[2].text(), row[3].text()}, row[4].text(), row[5].text(), row[6].number(), {row[7].number(), row[8].number()}};
}

// What the cluster of the user's domain reported; nothing where it said nothing yet.
Result<Figures> reported(Connection& connection, std::string_view id, std::string_view domain) {
  TRY(const auto rows, connection.run("SELECT s.last_imap, s.last_pop, s.bytes FROM statistics_stored s JOIN domains d ON d.cluster = s.cluster WHERE s.account = $1 AND d.id = $2",
                                      {id, domain}));
  if (rows.empty()) return Figures{};
  return Figures{to_number(statistics::time_of(std::max(rows[0][0].number(), rows[0][1].number()))), rows[0][2].number()};
}

Result<> move(Connection& connection, const std::optional<Place>& before, const std::optional<Place>& after, std::int64_t users = 1) {
  if (before == after) return {};
  if (before) {
    const auto key = before->key();
    TRY_OK(connection.run("UPDATE user_counts SET users = users - $2 WHERE id = $1", {key, users}));
    TRY_OK(connection.run("DELETE FROM user_counts WHERE id = $1 AND users = 0", {key}));
  }
  if (after)
    TRY_OK(connection.run("INSERT INTO user_counts (id, domain, workgroup, type, state, users) VALUES ($1, $2, $3, $4, $5, $6) "
                          "ON CONFLICT (id) DO UPDATE SET users = user_counts.users + excluded.users",
                          {after->key(), after->domain, after->workgroup, after->type, after->state, users}));
  return {};
}

// What an alias has of the user that it is one of; nothing while that is not there.
struct Aim {
  std::string target;
  std::string workgroup;
};
Result<Aim> aim_of(Connection& connection, const std::string& user) {
  TRY(const auto rows, connection.run("SELECT folded, workgroup FROM users WHERE id = $1", {user}));
  return rows.empty() ? Aim{} : Aim{rows[0][0].text(), rows[0][1].text()};
}

// Its aliases go with a user that is there anew, has another name or is in another workgroup.
Result<> take_along(Connection& connection, std::string_view user, const Aim& aim) {
  TRY(const auto rows, connection.run("SELECT domain, in_workgroup, type, state, count(*) FROM users WHERE alias_of = $1 AND alias_of <> '' GROUP BY domain, in_workgroup, type, state",
                                      {user}));
  if (rows.empty()) return {};
  TRY_OK(connection.run("UPDATE users SET target = $2, in_workgroup = $3 WHERE alias_of = $1 AND alias_of <> ''", {user, aim.target, aim.workgroup}));
  for (const auto& row : rows) {
    const Place before{row[0].text(), row[1].text(), row[2].text(), row[3].text()};
    auto after = before;
    after.workgroup = aim.workgroup;
    TRY_OK(move(connection, before, after, row[4].number()));
  }
  return {};
}

}  // namespace

Result<> recount_user(Connection& connection, std::string_view id, std::span<const std::string_view> columns, std::span<const sql::Value> row,
                      const WriteRow& write) {
  TRY(const auto there, known(connection, id));
  const auto place_before = there ? std::optional(there->place) : std::nullopt;
  if (row.empty()) {
    TRY_OK(write(columns, row));
    return move(connection, place_before, {});
  }
  const auto text = [&](std::string_view column) { return value_of(column, columns, row).text(); };
  const auto alias_of = text("alias_of");
  // One that comes back has what was reported of it, before and since.
  auto figures = there ? there->figures : Figures{};
  if (!there && alias_of.empty()) {
    TRY(figures, reported(connection, id, text("domain")));
  }
  const auto targets = text("targets");
  Aim aim{lower(targets.substr(0, targets.find(','))), text("workgroup")};
  if (!alias_of.empty()) {
    TRY(aim, aim_of(connection, alias_of));
  }
  const Place place{text("domain"), aim.workgroup, text("type"), state_of(text("services"), value_of("quota_bytes", columns, row).number(), figures.held_bytes)};

  std::vector<std::string_view> all_columns(columns.begin(), columns.end());
  sql::Row all(row.begin(), row.end());
  const auto add = [&](std::string_view column, sql::Value value) {
    all_columns.push_back(column);
    all.push_back(std::move(value));
  };
  add("state", place.state);
  add("last_login", figures.last_login);
  add("held_bytes", figures.held_bytes);
  add("target", aim.target);
  add("in_workgroup", aim.workgroup);
  TRY_OK(write(all_columns, all));
  const auto folded = text("folded");
  if (alias_of.empty() && (!there || there->folded != folded || there->place.workgroup != aim.workgroup)) TRY_OK(take_along(connection, id, {folded, aim.workgroup}));
  return move(connection, place_before, place);
}

Result<> note_figures(Connection& connection, std::string_view id) {
  TRY(const auto there, known(connection, id));
  if (!there) return {};
  TRY(const auto figures, reported(connection, id, there->place.domain));
  if (figures == there->figures) return {};
  auto after = there->place;
  after.state = state_of(there->services, there->quota_bytes, figures.held_bytes);
  TRY_OK(connection.run("UPDATE users SET last_login = $2, held_bytes = $3, state = $4 WHERE id = $1", {id, figures.last_login, figures.held_bytes, after.state}));
  return move(connection, there->place, after);
}

Result<std::uint64_t> count_users(Connection& connection, const Counted& counted) {
  Condition condition;
  condition.add("domain = $", std::string(counted.domain));
  if (!counted.workgroup.empty()) condition.add("workgroup = $", std::string(counted.workgroup));
  std::vector<std::string> types;
  for (const auto type : counted.types) types.emplace_back(user_type_name(type));
  condition.add_one_of("type", types);
  condition.add_one_of("state", counted.states);
  TRY(const auto rows, connection.run("SELECT CAST(coalesce(sum(users), 0) AS BIGINT) FROM user_counts WHERE " + condition.text(), condition.arguments()));
  return static_cast<std::uint64_t>(rows[0][0].number());
}

}  // namespace postroad::control
