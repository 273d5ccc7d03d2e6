#include "control/user_search.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "control/condition.h"
#include "control/errors.h"
#include "control/page_users.h"
#include "control/rows.h"
#include "control/user_plan.h"

namespace postroad::control {
namespace {

using sql::Connection;

std::unexpected<Error> bad(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadValue)); }

struct StatusName {
  UserStatus status;
  std::string_view name;
};
constexpr StatusName kStatusNames[] = {{UserStatus::Active, "active"},
                                       {UserStatus::Suspended, "suspended"},
                                       {UserStatus::Full, "quota"},
                                       {UserStatus::Deleted, "deleted"}};

// Without a pattern they are all counted, by an index alone.
Result<std::uint64_t> count_deleted(Connection& connection, Condition condition, bool has_pattern) {
  if (!has_pattern) {
    TRY(const auto rows, connection.run("SELECT count(*) FROM deleted WHERE " + condition.text(), condition.arguments()));
    return static_cast<std::uint64_t>(rows[0][0].number());
  }
  const auto limited = " LIMIT " + condition.argument(kCountMost + 1);
  TRY(const auto rows, connection.run("SELECT count(*) FROM (SELECT 1 FROM deleted WHERE " + condition.text() + limited + ") found", condition.arguments()));
  return static_cast<std::uint64_t>(rows[0][0].number());
}

bool has_pattern(const UserSearch& search) { return !search.match.empty() && search.match != "*"; }

// Deleted users are by name, by when they were made, or by when they were deleted.
Result<UsersFound> search_deleted(Connection& connection, const Domain& domain, const UserSearch& search, Time now) {
  Condition condition;
  condition.add("domain = $", domain.id);
  condition.add("kind = 'user'");
  condition.add("purge_at > $", to_number(now));
  std::vector<std::string> types;
  for (const auto type : search.types) types.emplace_back(user_type_name(type));
  condition.add_one_of("type", types);
  add_match(condition, "folded", search.match);
  TRY(const auto total, count_deleted(connection, condition, has_pattern(search)));
  const std::string way = search.is_descending ? " DESC" : "";
  const auto order = search.order == UserOrder::User ? "folded" + way + ", deleted_at" + way : search.order == UserOrder::CreateTime ? "id" + way : "deleted_at" + way + ", id" + way;
  const auto limited = " LIMIT " + condition.argument(search.range.limit) + " OFFSET " + condition.argument(search.range.first);
  TRY(const auto rows, connection.run("SELECT id, name, type, deleted_at FROM deleted WHERE " + condition.text() + " ORDER BY " + order + limited, condition.arguments()));
  const bool is_exact = !has_pattern(search) || total <= kCountMost;
  UsersFound made{{{}, is_exact ? total : kCountMost}, is_exact};
  for (const auto& row : rows) {
    UserFound one{.id = row[0].text(), .local = row[1].text(), .domain = domain.name, .type = parse_user_type(row[2].text()).value_or(UserType::Mailbox),
                  .workgroup = {}, .alias_target = {}, .target = {}, .status = UserStatus::Deleted, .last_login = {}, .deleted_at = to_time(row[3].number()),
                  .created_at = {}};
    made.found.rows.push_back(std::move(one));
  }
  return made;
}

Result<UserKeys> find_living(Connection& connection, const Authority& authority, const UserSearch& search) {
  if (search.order == UserOrder::DeleteTime) return bad("only deleted users are sorted by the time of their deletion");
  std::vector<Segment> segments;
  if (search.domain.empty()) {
    TRY(segments, plan_all_domains(connection, authority, search));
  } else {
    TRY(const auto domain, authority.domain_of_users(connection, search.domain, Right::See));
    TRY(segments, plan_users(connection, domain, search));
  }
  return has_pattern(search) ? read_matching(connection, std::move(segments), search.is_descending, search.range, kCountMost)
                             : read_segments(connection, std::move(segments), search.is_descending, search.range);
}

Result<UsersFound> search_living(Connection& connection, const Authority& authority, const UserSearch& search) {
  TRY(const auto keys, find_living(connection, authority, search));
  UsersFound made{{{}, keys.total}, keys.is_exact};
  TRY(made.found.rows, page_users(connection, keys.rows));
  return made;
}

// One that is there, or one that is deleted.
struct Either {
  const UserKey* living = nullptr;
  const UserFound* deleted = nullptr;
};

// Those that are there and those that are deleted, in one order: where both have it, together, else the deleted behind.
std::vector<Either> join(const std::vector<UserKey>& living, const std::vector<UserFound>& deleted, const UserSearch& search) {
  std::vector<Either> made;
  for (const auto& one : living) made.push_back({.living = &one});
  for (const auto& one : deleted) made.push_back({.deleted = &one});
  const bool is_common = search.order == UserOrder::User || search.order == UserOrder::CreateTime;
  if (!is_common) {
    if (search.is_descending) std::ranges::rotate(made, made.begin() + static_cast<std::ptrdiff_t>(living.size()));
    return made;
  }
  const auto key = [&](const Either& one) {
    if (one.living != nullptr) return std::pair(one.living->value, std::string{});
    return std::pair(search.order == UserOrder::User ? lower(one.deleted->local) : std::string{one.deleted->id}, one.deleted->id);
  };
  std::ranges::sort(made, {}, key);
  if (search.is_descending) std::ranges::reverse(made);
  return made;
}

Result<UsersFound> search_both(Connection& connection, const Authority& authority, const UserSearch& search, Time now) {
  if (search.range.first + search.range.limit > kCountMost) return bad("of deleted users and others together there are " + std::to_string(kCountMost) + " to be seen: search for either");
  auto wide = search;
  wide.range = {0, search.range.first + search.range.limit};
  TRY(const auto domain, authority.user_domain(connection, search.domain, Right::See));
  TRY(const auto living, find_living(connection, authority, wide));
  TRY(const auto deleted, search_deleted(connection, domain, wide, now));
  auto all = join(living.rows, deleted.found.rows, search);
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(all.size(), search.range.first)));
  if (all.size() > search.range.limit) all.resize(search.range.limit);
  UsersFound made{{{}, living.total + deleted.found.total}, living.is_exact && deleted.is_total_exact};
  std::vector<UserKey> keys;
  for (const auto& one : all)
    if (one.living != nullptr) keys.push_back(*one.living);
  TRY(auto found, page_users(connection, keys));  // in their order, without those that are gone meanwhile
  auto next = found.begin();
  for (const auto& one : all) {
    if (one.deleted != nullptr) made.found.rows.push_back(*one.deleted);
    else if (next != found.end() && (next->id == one.living->value || lower(next->local) == one.living->value)) made.found.rows.push_back(std::move(*next++));
  }
  return made;
}

}  // namespace

std::string_view user_status_name(UserStatus status) { return std::ranges::find(kStatusNames, status, &StatusName::status)->name; }

std::optional<UserStatus> parse_user_status(std::string_view name) {
  const auto* const found = std::ranges::find(kStatusNames, name, &StatusName::name);
  return found == std::end(kStatusNames) ? std::nullopt : std::optional(found->status);
}

Result<UsersFound> search_users(Connection& connection, const Authority& authority, const UserSearch& given, Time now) {
  auto search = given;
  search.range.limit = std::clamp<std::uint64_t>(search.range.limit, 1, kRangeMost);
  if (search.match.size() > 200) return bad("a pattern is at most 200 characters");
  if (search.range.first > kFirstMost) return bad("at most " + std::to_string(kFirstMost) + " rows are passed over: narrow the search");
  const auto deleted = std::ranges::count(search.statuses, UserStatus::Deleted);
  if (deleted == 0) return search_living(connection, authority, search);
  if (search.domain.empty()) return bad("deleted users are looked for in one domain: name it");
  if (!search.workgroup.empty()) return bad("deleted users are of no workgroup");
  if (static_cast<std::size_t>(deleted) != search.statuses.size()) return search_both(connection, authority, search, now);
  TRY(const auto domain, authority.user_domain(connection, search.domain, Right::See));
  return search_deleted(connection, domain, search, now);
}

}  // namespace postroad::control
