#include "control/user_counts.h"

#include <algorithm>

#include "control/condition.h"

namespace postroad::control {
namespace {

using sql::Connection;

// Where a user counts, and what its state follows from beside its services.
struct Place {
  std::string domain;
  std::string workgroup;
  std::string type;
  std::string state;
  bool operator==(const Place&) const = default;
  std::string key() const { return domain + "/" + workgroup + "/" + type + "/" + state; }
};
struct Known {
  Place place;
  std::string services;
  std::int64_t quota_bytes = 0;
  std::int64_t last_login = 0;
  std::int64_t held_bytes = 0;
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
  TRY(const auto rows, connection.run("SELECT domain, workgroup, type, state, services, quota_bytes, last_login, held_bytes FROM users WHERE id = $1", {id}));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows[0];
  return Known{{row[0].text(), row[1].text(), row[2].text(), row[3].text()}, row[4].text(), row[5].number(), row[6].number(), row[7].number()};
}

Result<> move(Connection& connection, const std::optional<Place>& before, const std::optional<Place>& after) {
  if (before == after) return {};
  if (before) {
    const auto key = before->key();
    TRY_OK(connection.run("UPDATE user_counts SET users = users - 1 WHERE id = $1", {key}));
    TRY_OK(connection.run("DELETE FROM user_counts WHERE id = $1 AND users = 0", {key}));
  }
  if (after)
    TRY_OK(connection.run("INSERT INTO user_counts (id, domain, workgroup, type, state, users) VALUES ($1, $2, $3, $4, $5, 1) "
                          "ON CONFLICT (id) DO UPDATE SET users = user_counts.users + 1",
                          {after->key(), after->domain, after->workgroup, after->type, after->state}));
  return {};
}

}  // namespace

Result<> recount_user(Connection& connection, std::string_view id, std::span<const std::string_view> columns, std::span<const sql::Value> row,
                      const std::function<Result<>()>& write) {
  TRY(const auto there, known(connection, id));
  TRY_OK(write());
  std::optional<Place> after;
  if (!row.empty()) {
    const auto text = [&](std::string_view column) { return value_of(column, columns, row).text(); };
    after = Place{text("domain"), text("workgroup"), text("type"),
                  state_of(text("services"), value_of("quota_bytes", columns, row).number(), there ? there->held_bytes : 0)};
    if (after->state != (there ? there->place.state : "active")) TRY_OK(connection.run("UPDATE users SET state = $2 WHERE id = $1", {id, after->state}));
  }
  return move(connection, there ? std::optional(there->place) : std::nullopt, after);
}

Result<> note_figures(Connection& connection, std::string_view id, const UserFigures& figures) {
  TRY(const auto there, known(connection, id));
  if (!there) return {};
  auto after = there->place;
  after.state = state_of(there->services, there->quota_bytes, figures.held_bytes);
  const auto last_login = std::max(there->last_login, figures.last_login);
  if (last_login == there->last_login && figures.held_bytes == there->held_bytes) return {};
  TRY_OK(connection.run("UPDATE users SET last_login = $2, held_bytes = $3, state = $4 WHERE id = $1", {id, last_login, figures.held_bytes, after.state}));
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
