#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/authority.h"
#include "control/model.h"
#include "control/search.h"
#include "sql/database.h"

// Searching and sorting users, a page at a time, within what the caller sees. A page of a million takes less than a tenth of a
// second, whatever it is sorted by: counts are kept (user_counts.h), each order has its index, and of far-off pages the nearer
// end is read.
namespace postroad::control {

// What a pattern finds is counted so far, or as far as the page goes: `total` is then the least there is.
inline constexpr std::uint64_t kCountMost = 10'000;

enum class UserOrder { User, CreateTime, Type, Workgroup, Status, Target, LastLogin, DeleteTime };
// `Full`: a mailbox that holds its quota or more, as its cluster reported.
enum class UserStatus { Active, Suspended, Full, Deleted };
std::string_view user_status_name(UserStatus status);  // active, suspended, quota, deleted
std::optional<UserStatus> parse_user_status(std::string_view name);

struct UserSearch {
  std::string domain = {};     // its name; empty: of all domains that the caller sees, by domain and user
  std::string workgroup = {};  // of the domain, its name; an alias is where its target is
  std::vector<UserType> types = {};  // empty: all
  std::string match = {};      // of the local part, with ? and *; empty: all
  // Empty: all but the deleted, which can be restored and are of no workgroup. A service suspended makes a user suspended.
  std::vector<UserStatus> statuses = {};
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
  UserStatus status = UserStatus::Active;
  std::optional<Time> last_login;  // the hour of it, as clusters reported
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
