#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/model.h"
#include "sql/database.h"

// How many users there are, by domain, workgroup, type and state, kept beside the rows: nothing counts a million of them. Beside what
// changes set and take back a user's row has, for the indexes, what follows from the rest: `state`, from its services, its quota and
// what it holds; `last_login` (the hour, in microseconds since 1970; 0: never) and `held_bytes`, as its cluster reported last; `target`,
// the first address, or the name of whose alias it is, in lower case; `in_workgroup`, its workgroup, or that of whose alias it is.
namespace postroad::control {

using WriteRow = std::function<Result<>(std::span<const std::string_view> columns, std::span<const sql::Value> row)>;
// Writes or erases (no row) a user's row by `write`, which is given the kept columns too, and counts it anew.
Result<> recount_user(sql::Connection& connection, std::string_view id, std::span<const std::string_view> columns, std::span<const sql::Value> row,
                      const WriteRow& write);

// Takes over what the cluster of the user's domain reported of it (statistics_stored). Nothing happens where there is no such user.
Result<> note_figures(sql::Connection& connection, std::string_view id);

// What is counted: all where nothing is said.
struct Counted {
  std::string_view domain;
  std::string_view workgroup = {};
  std::vector<UserType> types = {};
  std::vector<std::string> states = {};
};
Result<std::uint64_t> count_users(sql::Connection& connection, const Counted& counted);

}  // namespace postroad::control
