#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "control/model.h"
#include "sql/database.h"

// How many users there are, by domain, workgroup and type, kept beside the rows: nothing counts a million of them. An alias is
// of no workgroup.
namespace postroad::control {

// To be called before the user's row is written with these columns, or erased (none).
Result<> recount_user(sql::Connection& connection, std::string_view id, std::span<const std::string_view> columns, std::span<const sql::Value> row);

// Of a domain; of one workgroup or one type where these are given.
Result<std::uint64_t> count_users(sql::Connection& connection, std::string_view domain, std::string_view workgroup = {}, std::optional<UserType> type = std::nullopt);

}  // namespace postroad::control
