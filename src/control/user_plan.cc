#include "control/user_plan.h"

#include <algorithm>

#include "control/edits.h"
#include "control/errors.h"
#include "control/user_counts.h"

namespace postroad::control {
namespace {

using sql::Connection;
using Words = std::vector<std::string>;

std::unexpected<Error> bad(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadValue)); }

// In the order of their names.
constexpr UserType kByName[] = {UserType::Alias, UserType::Filter, UserType::Forward, UserType::Group, UserType::Mailbox};
constexpr UserStatus kStates[] = {UserStatus::Active, UserStatus::Full, UserStatus::Suspended};

Words names_of(const std::vector<UserType>& types) {
  Words made;
  for (const auto type : types) made.emplace_back(user_type_name(type));
  return made;
}

// Whose they are and what they are, of one domain.
struct Chosen {
  Words workgroups = {};  // ids; empty: all of the domain
  std::vector<UserType> types = {};
  Words states = {};
};

// So few are found by name and sorted: an order's index has them far apart, and a row costs a hundred times what passing over one in
// an index does.
constexpr std::uint64_t kSortedMost = 1000;

// Makes the segments of one domain.
class Plan {
 public:
  // `known`: how many there are, where that was found out already.
  Plan(Connection& connection, const std::string& domain, std::string_view match, std::optional<std::uint64_t> known = {})
      : connection_(connection), domain_(domain), match_(match), known_(known) {}

  Result<> add_by_name(const Chosen& chosen) {
    Segment segment{.domain = domain_};
    TRY(segment.count, count(chosen));
    if (segment.count == 0) return {};
    TRY_OK(add_streams_by_name(segment, chosen));
    segments_.push_back(std::move(segment));
    return {};
  }

  // By other columns, of which an index of the domain has all that chooses, too; it may be one of those that `condition` holds for.
  Result<> add_by(const std::string& columns, const Chosen& chosen, std::string_view condition = {}) {
    Segment segment{.domain = domain_, .columns = columns};
    TRY(segment.count, count(chosen));
    if (segment.count == 0) return {};
    TRY(segment.is_sparse, is_sparse(segment.count, chosen));
    if (segment.is_sparse) {
      TRY_OK(add_streams_by_name(segment, chosen));
    } else {
      segment.arguments.add("u.domain = $", domain_);
      if (!condition.empty()) segment.arguments.add(condition);
      segment.arguments.add_one_of("u.in_workgroup", chosen.workgroups);
      segment.arguments.add_one_of("u.type", names_of(chosen.types));
      segment.arguments.add_one_of("u.state", chosen.states);
      add_stream(segment);
    }
    segments_.push_back(std::move(segment));
    return {};
  }

  // Those without a target are the first, by name; then by the first address, or the name of whose alias it is.
  Result<> add_by_target(const Chosen& chosen) {
    auto plain = chosen;
    auto aimed = chosen;
    std::erase_if(plain.types, [](UserType type) { return type != UserType::Mailbox && type != UserType::Filter; });
    std::erase_if(aimed.types, [](UserType type) { return type == UserType::Mailbox || type == UserType::Filter; });
    if (chosen.types.empty()) {
      plain.types = {UserType::Mailbox, UserType::Filter};
      aimed.types = {UserType::Alias, UserType::Forward, UserType::Group};
    }
    if (!plain.types.empty()) TRY_OK(add_by_name(plain));
    return aimed.types.empty() ? Result<>{} : add_by("u.target, u.folded", aimed, "u.target <> ''");
  }

  std::vector<Segment> take() { return std::move(segments_); }

 private:
  static bool is_everybody(const Chosen& chosen) { return chosen.workgroups.empty() && chosen.types.empty() && chosen.states.empty(); }

  void add_stream(Segment& segment) {
    add_match(segment.arguments, "u.folded", match_);
    segment.add_stream();
  }

  // As far as that is found out without looking at all of them.
  Result<bool> is_sparse(std::uint64_t users, const Chosen& chosen) {
    if (users <= kSortedMost) return !is_everybody(chosen);
    if (match_.empty() || match_.front() == '*' || match_.front() == '?') return false;
    Condition condition;
    condition.add("domain = $", domain_);
    add_match(condition, "folded", match_);
    const auto limited = " LIMIT " + condition.argument(kSortedMost + 1);
    TRY(const auto rows, connection_.run("SELECT count(*) FROM (SELECT 1 FROM users WHERE " + condition.text() + limited + ") found", condition.arguments()));
    return rows[0][0].number() <= static_cast<std::int64_t>(kSortedMost);
  }

  // Those of a workgroup, of a type, and those of a state that few are in, each have an index by name; so have all together.
  Result<> add_streams_by_name(Segment& segment, const Chosen& chosen) {
    const auto each = [&](std::string_view column, const Words& words) {
      for (const auto& word : words) {
        if (column != "u.in_workgroup") segment.arguments.add("u.domain = $", domain_);
        segment.arguments.add(std::string(column) + " = $", word);
        if (column != "u.type") segment.arguments.add_one_of("u.type", names_of(chosen.types));
        if (!column.ends_with("u.state")) segment.arguments.add_one_of("u.state", chosen.states);
        add_stream(segment);
      }
    };
    if (!chosen.workgroups.empty()) {
      each("u.in_workgroup", chosen.workgroups);
    } else if (!chosen.states.empty() && std::ranges::find(chosen.states, "active") == chosen.states.end()) {
      each("u.state <> 'active' AND u.state", chosen.states);
    } else {
      TRY(const bool is_dense, is_most(segment.count, chosen));
      if (!is_dense) {
        each("u.type", names_of(chosen.types));
      } else {
        segment.arguments.add("u.domain = $", domain_);
        segment.arguments.add_one_of("u.type", names_of(chosen.types));
        segment.arguments.add_one_of("u.state", chosen.states);
        add_stream(segment);
      }
    }
    return {};
  }
  // Whether to pass over the others costs less than to put types together.
  Result<bool> is_most(std::uint64_t users, const Chosen& chosen) {
    if (chosen.types.size() <= 1) return chosen.types.empty();
    TRY(const auto all, count({}));
    return users > all / 4;
  }

  Result<std::uint64_t> count(const Chosen& chosen) {
    if (known_) return *known_;
    if (chosen.workgroups.empty()) return count_users(connection_, {.domain = domain_, .types = chosen.types, .states = chosen.states});
    std::uint64_t sum = 0;
    for (const auto& workgroup : chosen.workgroups) {
      TRY(const auto users, count_users(connection_, {.domain = domain_, .workgroup = workgroup, .types = chosen.types, .states = chosen.states}));
      sum += users;
    }
    return sum;
  }

  Connection& connection_;
  const std::string domain_;
  const std::string match_;
  const std::optional<std::uint64_t> known_;
  std::vector<Segment> segments_;
};

Words states_of(const UserSearch& search) {
  Words made;
  for (const auto status : search.statuses)
    if (status != UserStatus::Deleted) made.emplace_back(user_status_name(status));
  return made;
}

// Of the workgroup asked for; for an administrator of workgroups, of those alone.
Result<Words> workgroups_of(Connection& connection, const Domain& domain, const UserSearch& search) {
  if (search.workgroup.empty()) return domain.only_workgroups;
  TRY(const auto workgroup, workgroup_of(connection, domain, search.workgroup));
  return Words{workgroup.id};
}

// By the workgroups' names, and in each by name.
Result<> add_by_workgroup(Connection& connection, const Domain& domain, const Chosen& chosen, Plan& plan) {
  TRY(const auto rows, connection.run("SELECT id FROM workgroups WHERE domain = $1 ORDER BY folded", {domain.id}));
  for (const auto& row : rows) {
    if (!chosen.workgroups.empty() && std::ranges::find(chosen.workgroups, row[0].text()) == chosen.workgroups.end()) continue;
    auto one = chosen;
    one.workgroups = {row[0].text()};
    TRY_OK(plan.add_by_name(one));
  }
  return {};
}

}  // namespace

Result<std::vector<Segment>> plan_users(Connection& connection, const Domain& domain, const UserSearch& search) {
  Chosen chosen{.workgroups = {}, .types = search.types, .states = states_of(search)};
  TRY(chosen.workgroups, workgroups_of(connection, domain, search));
  Plan plan(connection, domain.id, search.match);
  switch (search.order) {
    case UserOrder::CreateTime: TRY_OK(plan.add_by("u.id", chosen)); break;  // ids begin with the time
    case UserOrder::LastLogin: TRY_OK(plan.add_by("u.last_login, u.folded", chosen)); break;
    case UserOrder::Target: TRY_OK(plan.add_by_target(chosen)); break;
    case UserOrder::Workgroup: TRY_OK(add_by_workgroup(connection, domain, chosen, plan)); break;
    case UserOrder::Type:
      for (const auto type : kByName) {
        auto one = chosen;
        one.types = {type};
        if (chosen.types.empty() || std::ranges::find(chosen.types, type) != chosen.types.end()) TRY_OK(plan.add_by_name(one));
      }
      break;
    case UserOrder::Status:
      for (const auto status : kStates) {
        auto one = chosen;
        one.states = {std::string(user_status_name(status))};
        if (chosen.states.empty() || std::ranges::find(chosen.states, one.states[0]) != chosen.states.end()) TRY_OK(plan.add_by_name(one));
      }
      break;
    default: TRY_OK(plan.add_by_name(chosen));
  }
  return plan.take();
}

Result<std::vector<Segment>> plan_all_domains(Connection& connection, const Authority& authority, const UserSearch& search) {
  if (search.order != UserOrder::User || !search.workgroup.empty()) return bad("users of all domains are sorted by user: name a domain for another order");
  if (!search.match.empty() && search.match != "*") return bad("a pattern is looked for in one domain: name it");
  const Chosen chosen{.workgroups = {}, .types = search.types, .states = states_of(search)};
  std::vector<std::string> texts;
  auto condition = "(" + path_condition("o.path", authority.paths(), false, texts);
  const auto place = [&](const std::string& text) {
    texts.push_back(text);
    return "$" + std::to_string(texts.size());
  };
  for (const auto& id : authority.domains()) condition += " OR d.id = " + place(id);
  condition += ")";
  for (const auto& [column, words] : {std::pair("c.type", names_of(chosen.types)), std::pair("c.state", chosen.states)}) {
    std::string one_of;
    for (const auto& word : words) one_of += (one_of.empty() ? "" : ", ") + place(word);
    if (!one_of.empty()) condition += std::string(" AND ") + column + " IN (" + one_of + ")";
  }
  const std::vector<sql::Argument> arguments(texts.begin(), texts.end());
  TRY(const auto rows, connection.run("SELECT d.id, CAST(sum(c.users) AS BIGINT) FROM domains d JOIN companies o ON o.id = d.company JOIN user_counts c ON c.domain = d.id "
                                      "WHERE " + condition + " GROUP BY d.id, d.name ORDER BY d.name",
                                      arguments));
  std::vector<Segment> made;
  for (const auto& row : rows) {
    Plan plan(connection, row[0].text(), {}, static_cast<std::uint64_t>(row[1].number()));
    TRY_OK(plan.add_by_name(chosen));
    std::ranges::move(plan.take(), std::back_inserter(made));
  }
  return made;
}

}  // namespace postroad::control
