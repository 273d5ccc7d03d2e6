#include "control/user_counts.h"

#include <algorithm>

namespace postroad::control {
namespace {

using sql::Connection;

struct Place {
  std::string domain;
  std::string workgroup;
  std::string type;
  bool operator==(const Place&) const = default;
  std::string key() const { return domain + "/" + workgroup + "/" + type; }
};

std::string text_of(std::string_view column, std::span<const std::string_view> columns, std::span<const sql::Value> row) {
  const auto at = std::ranges::find(columns, column);
  check(at != columns.end(), "a user's row says where it counts");
  return row[static_cast<std::size_t>(at - columns.begin())].text();
}

}  // namespace

Result<> recount_user(Connection& connection, std::string_view id, std::span<const std::string_view> columns, std::span<const sql::Value> row) {
  TRY(const auto rows, connection.run("SELECT domain, workgroup, type FROM users WHERE id = $1", {id}));
  std::optional<Place> before;
  std::optional<Place> after;
  if (!rows.empty()) before = Place{rows[0][0].text(), rows[0][1].text(), rows[0][2].text()};
  if (!row.empty()) after = Place{text_of("domain", columns, row), text_of("workgroup", columns, row), text_of("type", columns, row)};
  if (before == after) return {};
  if (before) {
    const auto key = before->key();
    TRY_OK(connection.run("UPDATE user_counts SET users = users - 1 WHERE id = $1", {key}));
    TRY_OK(connection.run("DELETE FROM user_counts WHERE id = $1 AND users = 0", {key}));
  }
  if (after)
    TRY_OK(connection.run("INSERT INTO user_counts (id, domain, workgroup, type, users) VALUES ($1, $2, $3, $4, 1) "
                          "ON CONFLICT (id) DO UPDATE SET users = user_counts.users + 1",
                          {after->key(), after->domain, after->workgroup, after->type}));
  return {};
}

Result<std::uint64_t> count_users(Connection& connection, std::string_view domain, std::string_view workgroup, std::optional<UserType> type) {
  const std::string name = type ? std::string(user_type_name(*type)) : std::string{};
  TRY(const auto row, sql::run_one(connection, "SELECT CAST(coalesce(sum(users), 0) AS BIGINT) FROM user_counts WHERE domain = $1 AND ($2 = '' OR workgroup = $2) "
                                               "AND ($3 = '' OR type = $3)", {domain, workgroup, name}));
  return static_cast<std::uint64_t>(row[0].number());
}

}  // namespace postroad::control
