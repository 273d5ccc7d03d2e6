#include "control/user_search.h"

#include <algorithm>

#include "base/text.h"
#include "control/condition.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/user_counts.h"

namespace postroad::control {
namespace {

using sql::Connection;

std::unexpected<Error> bad(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadValue)); }

// In the order of their names, as the indexes have them.
constexpr UserType kByName[] = {UserType::Alias, UserType::Filter, UserType::Forward, UserType::Group, UserType::Mailbox};

// Users of one domain that stand behind each other in the order asked for, and how many they are.
struct Segment {
  std::string domain;
  Condition condition;
  std::string order;  // `folded` or `id`, which an index has behind the condition's columns: it alone is read
  std::uint64_t count = 0;
};

// A user by what the index has of it.
struct Key {
  std::string domain;
  std::string order;
  std::string value;
};
struct Ids {
  std::vector<Key> rows;
  std::uint64_t total = 0;
  bool is_exact = true;
};

std::string ordered(const Segment& segment, bool is_descending) { return " ORDER BY " + segment.order + (is_descending ? " DESC" : ""); }

// `first` is within the segment.
Result<> read_segment(Connection& connection, Segment segment, bool is_descending, std::uint64_t first, std::uint64_t limit, std::vector<Key>& ids) {
  limit = std::min(limit, segment.count - first);
  const bool is_backwards = first > segment.count / 2;
  auto& condition = segment.condition;
  const auto limited = " LIMIT " + condition.argument(limit) + " OFFSET " + condition.argument(is_backwards ? segment.count - first - limit : first);
  TRY(auto rows, connection.run("SELECT " + segment.order + " FROM users WHERE " + condition.text() + ordered(segment, is_descending != is_backwards) + limited, condition.arguments()));
  if (is_backwards) std::ranges::reverse(rows);
  for (const auto& row : rows) ids.push_back({segment.domain, segment.order, row[0].text()});
  return {};
}

// Whole segments are passed over by their counts.
Result<Ids> read_segments(Connection& connection, std::vector<Segment> segments, bool is_descending, const Range& range) {
  if (is_descending) std::ranges::reverse(segments);
  Ids ids;
  auto skip = range.first;
  for (auto& segment : segments) {
    ids.total += segment.count;
    const auto left = range.limit - std::min<std::uint64_t>(range.limit, ids.rows.size());
    if (left == 0 || skip >= segment.count) {
      skip -= std::min(skip, segment.count);
      continue;
    }
    TRY_OK(read_segment(connection, std::move(segment), is_descending, skip, left, ids.rows));
    skip = 0;
  }
  return ids;
}

// Read in order and counted on the way.
Result<Ids> read_filtered(Connection& connection, Segment segment, bool is_descending, const Range& range) {
  const auto most = std::max(kCountMost, range.first + range.limit);
  const auto limited = " LIMIT " + segment.condition.argument(most);
  TRY(const auto rows, connection.run("SELECT " + segment.order + " FROM users WHERE " + segment.condition.text() + ordered(segment, is_descending) + limited, segment.condition.arguments()));
  Ids ids{{}, rows.size(), rows.size() < most};
  for (auto at = range.first; at < std::min<std::uint64_t>(rows.size(), range.first + range.limit); ++at)
    ids.rows.push_back({segment.domain, segment.order, rows[at][0].text()});
  return ids;
}

// The segments of one domain.
class Plan {
 public:
  Plan(Connection& connection, const Domain& domain, const UserSearch& search) : connection_(connection), domain_(domain), search_(search) {}

  Result<std::vector<Segment>> make() {
    if (!search_.workgroup.empty()) {
      TRY(const auto workgroup, workgroup_of(connection_, domain_, search_.workgroup));
      if (!domain_.only_workgroups.empty() && std::ranges::find(domain_.only_workgroups, workgroup.id) == domain_.only_workgroups.end())
        return fail(Fault::NotFound, "there is no such workgroup in " + domain_.name, std::string(code::kNoWorkgroup));
      TRY_OK(add_workgroup(workgroup.id));
    } else if (search_.order == UserOrder::Workgroup || !domain_.only_workgroups.empty()) {
      TRY_OK(add_workgroups());
      // Aliases have no workgroup of their own.
      if (domain_.only_workgroups.empty() && search_.type.value_or(UserType::Alias) == UserType::Alias) TRY_OK(add({}, UserType::Alias, "folded"));
    } else if (search_.order == UserOrder::CreateTime) {
      if (search_.type) return bad("by time there are a domain's users of all types together");
      TRY_OK(add({}, std::nullopt, "id"));  // ids begin with the time
    } else if (search_.order == UserOrder::Type && !search_.type) {
      for (const auto type : kByName) TRY_OK(add({}, type, "folded"));
    } else {
      TRY_OK(add({}, search_.type, "folded"));
    }
    return std::move(segments_);
  }

 private:
  Result<> add(const std::string& workgroup, std::optional<UserType> type, const std::string& order) {
    Segment segment{domain_.id, {}, order, 0};
    if (workgroup.empty()) {
      segment.condition.add("domain = $", domain_.id);
    } else {
      segment.condition.add("workgroup = $", workgroup);
      segment.condition.add("workgroup <> ''");
    }
    if (type) segment.condition.add("type = $", std::string(user_type_name(*type)));
    TRY(segment.count, count_users(connection_, domain_.id, workgroup, type));
    if (segment.count > 0) segments_.push_back(std::move(segment));
    return {};
  }
  Result<> add_workgroup(const std::string& id) {
    for (const auto type : kByName)
      if (!search_.type || *search_.type == type) TRY_OK(add(id, type, "folded"));
    return {};
  }
  // By name; for an administrator of workgroups those alone.
  Result<> add_workgroups() {
    const auto& only = domain_.only_workgroups;
    TRY(const auto rows, connection_.run("SELECT id FROM workgroups WHERE domain = $1 ORDER BY folded", {domain_.id}));
    for (const auto& row : rows)
      if (only.empty() || std::ranges::find(only, row[0].text()) != only.end()) TRY_OK(add_workgroup(row[0].text()));
    return {};
  }

  Connection& connection_;
  const Domain& domain_;
  const UserSearch& search_;
  std::vector<Segment> segments_;
};

// All domains that the caller sees, by name.
Result<std::vector<Segment>> all_domains(Connection& connection, const Authority& authority, const UserSearch& search) {
  if (search.order != UserOrder::User || !search.workgroup.empty()) return bad("users of all domains are sorted by user: name a domain for another order");
  std::vector<std::string> texts;
  auto condition = path_condition("o.path", authority.paths(), false, texts);
  for (const auto& id : authority.domains()) {
    texts.push_back(id);
    condition += " OR d.id = $" + std::to_string(texts.size());
  }
  std::string type;
  if (search.type) {
    texts.emplace_back(user_type_name(*search.type));
    type = " AND c.type = $" + std::to_string(texts.size());
  }
  const std::vector<sql::Argument> arguments(texts.begin(), texts.end());
  TRY(const auto rows, connection.run("SELECT d.id, CAST(sum(c.users) AS BIGINT) FROM domains d JOIN companies o ON o.id = d.company JOIN user_counts c ON c.domain = d.id "
                                      "WHERE (" + condition + ")" + type + " GROUP BY d.id, d.name ORDER BY d.name",
                                      arguments));
  std::vector<Segment> made;
  for (const auto& row : rows) {
    Segment segment{row[0].text(), {}, "folded", static_cast<std::uint64_t>(row[1].number())};
    segment.condition.add("domain = $", row[0].text());
    if (search.type) segment.condition.add("type = $", std::string(user_type_name(*search.type)));
    made.push_back(std::move(segment));
  }
  return made;
}

Result<UserFound> user_found(Connection& connection, const User& user) {
  UserFound made{.id = user.id, .local = user.local, .domain = {}, .type = user.type, .workgroup = {}, .alias_target = {}, .targets = user.targets.size(),
                 .target = user.targets.empty() ? std::string{} : user.targets.front(), .is_suspended = false, .deleted_at = {}, .created_at = user.created_at};
  TRY(const auto domain, domain_by_id(connection, user.domain));
  if (domain) made.domain = domain->name;
  auto group = user.workgroup;
  if (!user.alias_of.empty()) {
    TRY(const auto target, user_by_id(connection, user.alias_of));
    if (target) made.alias_target = target->local;
    if (target) group = target->workgroup;
  }
  TRY(const auto workgroup, workgroup_by_id(connection, group));
  if (workgroup) made.workgroup = workgroup->name;
  made.is_suspended = std::ranges::any_of(feed::kServices, [&](Service service) { return user.services.of(service) == ServiceState::Suspended; });
  return made;
}

Result<UsersFound> page_of(Connection& connection, const Ids& ids) {
  UsersFound made{{{}, ids.total}, ids.is_exact};
  for (const auto& key : ids.rows) {
    TRY(const auto user, key.order == "id" ? user_by_id(connection, key.value) : user_by_local(connection, key.domain, key.value));
    if (!user) continue;
    TRY(auto found, user_found(connection, *user));
    made.found.rows.push_back(std::move(found));
  }
  return made;
}

Result<UsersFound> search_deleted(Connection& connection, const Authority& authority, const UserSearch& search, Time now) {
  if (search.domain.empty()) return bad("deleted users are looked for in one domain: name it");
  if (!search.workgroup.empty() || search.suspended) return bad("deleted users are of no workgroup, and not suspended");
  TRY(const auto domain, authority.user_domain(connection, search.domain, Right::See));
  Condition condition;
  condition.add("domain = $", domain.id);
  condition.add("kind = 'user'");
  condition.add("purge_at > $", to_number(now));
  if (search.type) condition.add("type = $", std::string(user_type_name(*search.type)));
  add_match(condition, "folded", search.match);
  const std::string way = search.is_descending ? " DESC" : "";
  const auto order = search.order == UserOrder::User ? "folded" + way + ", deleted_at" + way : "deleted_at" + way + ", id" + way;
  const auto most = std::max(kCountMost, search.range.first + search.range.limit);
  const auto limited = " LIMIT " + condition.argument(most);
  TRY(const auto rows, connection.run("SELECT id, name, type, deleted_at FROM deleted WHERE " + condition.text() + " ORDER BY " + order + limited, condition.arguments()));
  UsersFound made{{{}, rows.size()}, rows.size() < most};
  for (auto at = search.range.first; at < std::min<std::uint64_t>(rows.size(), search.range.first + search.range.limit); ++at) {
    UserFound one;
    one.id = rows[at][0].text();
    one.local = rows[at][1].text();
    one.domain = domain.name;
    one.type = parse_user_type(rows[at][2].text()).value_or(UserType::Mailbox);
    one.deleted_at = to_time(rows[at][3].number());
    made.found.rows.push_back(std::move(one));
  }
  return made;
}

Result<UsersFound> search_checked(Connection& connection, const Authority& authority, const UserSearch& search, Time now) {
  if (search.deleted) return search_deleted(connection, authority, search, now);
  if (search.order == UserOrder::DeleteTime) return bad("only deleted users are sorted by the time of their deletion");
  const bool is_filtered = (!search.match.empty() && search.match != "*") || search.suspended;
  std::vector<Segment> segments;
  if (search.domain.empty()) {
    if (is_filtered) return bad("a pattern or a status is looked for in one domain: name it");
    TRY(segments, all_domains(connection, authority, search));
  } else {
    TRY(const auto domain, authority.domain_of_users(connection, search.domain, Right::See));
    TRY(segments, Plan(connection, domain, search).make());
  }
  if (!is_filtered) {
    TRY(const auto ids, read_segments(connection, std::move(segments), search.is_descending, search.range));
    return page_of(connection, ids);
  }
  // Each segment is filtered as if it were alone, as far as the page needs it.
  Ids ids;
  if (search.is_descending) std::ranges::reverse(segments);
  const Range whole{0, search.range.first + search.range.limit};
  for (auto& segment : segments) {
    add_match(segment.condition, "folded", search.match);
    if (search.suspended) segment.condition.add("services LIKE '%s%'");
    TRY(auto some, read_filtered(connection, std::move(segment), search.is_descending, whole));
    ids.total += some.total;
    ids.is_exact = ids.is_exact && some.is_exact;
    std::ranges::move(some.rows, std::back_inserter(ids.rows));
    if (ids.rows.size() >= whole.limit && !ids.is_exact) break;
  }
  const auto first = std::min<std::uint64_t>(ids.rows.size(), search.range.first);
  ids.rows.erase(ids.rows.begin(), ids.rows.begin() + static_cast<std::ptrdiff_t>(first));
  ids.rows.resize(std::min<std::uint64_t>(ids.rows.size(), search.range.limit));
  return page_of(connection, ids);
}

}  // namespace

Result<UsersFound> search_users(Connection& connection, const Authority& authority, const UserSearch& search, Time now) {
  if (search.match.size() > 200) return bad("a pattern is at most 200 characters");
  if (search.range.first > kFirstMost) return bad("at most " + std::to_string(kFirstMost) + " rows are passed over: narrow the search");
  auto checked = search;
  checked.range.limit = std::clamp<std::uint64_t>(search.range.limit, 1, kRangeMost);
  return search_checked(connection, authority, checked, now);
}

}  // namespace postroad::control
