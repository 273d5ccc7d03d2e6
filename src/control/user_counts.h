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

// How many users there are, by domain, workgroup, type and state, kept beside the rows: nothing counts a million of them. An alias is
// of no workgroup. A user's state follows from its services, its quota and what clusters reported; `users.state` has it for
// the indexes.
namespace postroad::control {

// Writes or erases (no row) a user's row by `write`, and counts it anew.
Result<> recount_user(sql::Connection& connection, std::string_view id, std::span<const std::string_view> columns, std::span<const sql::Value> row,
                      const std::function<Result<>()>& write);

// What clusters report of a user.
struct UserFigures {
  std::int64_t last_login = 0;  // microseconds since 1970; 0: never
  std::int64_t held_bytes = 0;
};
// The latest sign-in stays, and what is held takes the place of what was. Nothing happens where there is no such user.
Result<> note_figures(sql::Connection& connection, std::string_view id, const UserFigures& figures);

// What is counted: all where nothing is said.
struct Counted {
  std::string_view domain;
  std::string_view workgroup = {};
  std::vector<UserType> types = {};
  std::vector<std::string> states = {};
};
Result<std::uint64_t> count_users(sql::Connection& connection, const Counted& counted);

}  // namespace postroad::control
