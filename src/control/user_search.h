#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "control/authority.h"
#include "control/model.h"
#include "control/search.h"
#include "sql/database.h"

// Searching and sorting users, a page at a time, within what the caller sees. A page of a million takes less than a tenth of a
// second, whatever it is sorted by: counts are kept (user_counts.h), each order has its index, and of far-off pages the nearer
// end is read.
namespace postroad::control {

// What a pattern or a status finds is counted so far, or as far as the page goes: `total` is then the least there is.
inline constexpr std::uint64_t kCountMost = 10'000;

enum class UserOrder { User, CreateTime, Type, Workgroup, DeleteTime };
struct UserSearch {
  std::string domain = {};     // its name; empty: of all domains that the caller sees, by domain and user
  std::string workgroup = {};  // of the domain, its name; then by type and user
  std::optional<UserType> type = std::nullopt;
  std::string match = {};      // of the local part, with ? and *; empty: all
  bool deleted = false;        // those that can be restored, which are of no workgroup
  bool suspended = false;      // those of whom a service is suspended
  UserOrder order = UserOrder::User;
  bool is_descending = false;
  Range range = {};
};
struct UserFound {
  std::string id;
  std::string local;
  std::string domain;        // its name
  UserType type = UserType::Mailbox;
  std::string workgroup;     // its name; an alias's is its target's
  std::string alias_target;  // a local part
  std::uint64_t targets = 0;
  std::string target;        // the first
  bool is_suspended = false;
  std::optional<Time> deleted_at;
  Time created_at;           // of a deleted one: none
};
struct UsersFound {
  Sorted<UserFound> found;
  bool is_total_exact = true;
};

// Refused, code BAD_VALUE, for a combination that no index has in order.
Result<UsersFound> search_users(sql::Connection& connection, const Authority& authority, const UserSearch& search, Time now);

}  // namespace postroad::control
