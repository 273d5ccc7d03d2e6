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

constexpr std::string_view kAliasesWithTargets = "users u JOIN users t ON t.id = u.alias_of";

// Makes the segments of one domain.
class Plan {
 public:
  // `known`: how many there are, where that was found out already.
  Plan(Connection& connection, const std::string& domain, std::string_view match, std::optional<std::uint64_t> known = {})
      : connection_(connection), domain_(domain), match_(match), known_(known) {}

  // By name.
  Result<> add_by_name(const Chosen& chosen) {
    auto segment = segment_of("u.folded");
    if (!chosen.workgroups.empty()) {
      TRY_OK(add_members(segment, chosen));
    } else if (!chosen.states.empty() && std::ranges::find(chosen.states, "active") == chosen.states.end()) {
      for (const auto& state : chosen.states) {
        segment.arguments.add("u.domain = $", domain_);
        segment.arguments.add("u.state = $", state);
        segment.arguments.add("u.state <> 'active'");
        segment.arguments.add_one_of("u.type", names_of(chosen.types));
        add_stream(segment);
      }
      TRY_OK(count(segment, chosen));
    } else if (chosen.types.empty() && chosen.states.empty()) {
      segment.arguments.add("u.domain = $", domain_);
      add_stream(segment);
      TRY_OK(count(segment, chosen));
    } else {
      for (const auto type : kByName) {
        if (!is_of(chosen, type)) continue;
        segment.arguments.add("u.domain = $", domain_);
        segment.arguments.add("u.type = $", std::string(user_type_name(type)));
        segment.arguments.add_one_of("u.state", chosen.states);
        add_stream(segment);
      }
      TRY_OK(count(segment, chosen));
    }
    keep(std::move(segment));
    return {};
  }

  // By other columns, of which an index of the domain has all that chooses, too.
  Result<> add_by(const std::string& columns, const Chosen& chosen, std::string_view condition, std::optional<std::uint64_t> known = {}) {
    auto segment = segment_of(columns);
    segment.arguments.add("u.domain = $", domain_);
    if (!condition.empty()) segment.arguments.add(condition);
    segment.arguments.add_one_of("u.workgroup", chosen.workgroups);
    segment.arguments.add_one_of("u.type", names_of(chosen.types));
    segment.arguments.add_one_of("u.state", chosen.states);
    add_stream(segment);
    if (known) segment.count = *known;
    if (!known && chosen.workgroups.empty()) TRY_OK(count(segment, chosen));
    if (!known && !chosen.workgroups.empty()) TRY_OK(count_members(segment, chosen));
    if (!chosen.workgroups.empty() && may_be_alias(chosen) && condition.empty()) TRY_OK(add_aliases(segment, chosen));
    keep(std::move(segment));
    return {};
  }

  // Those who never signed in are the first, by name.
  Result<> add_by_login(const Chosen& chosen) {
    Condition condition;
    condition.add("domain = $", domain_);
    condition.add("last_login > 0");
    condition.add_one_of("workgroup", chosen.workgroups);
    condition.add_one_of("type", names_of(chosen.types));
    condition.add_one_of("state", chosen.states);
    TRY(const auto rows, connection_.run("SELECT count(*) FROM users WHERE " + condition.text(), condition.arguments()));
    const auto logged = static_cast<std::uint64_t>(rows[0][0].number());
    if (logged == 0) return add_by_name(chosen);
    Segment all = segment_of("u.folded");
    if (chosen.workgroups.empty()) TRY_OK(count(all, chosen));
    if (!chosen.workgroups.empty()) TRY_OK(count_members(all, chosen));
    TRY_OK(add_by("u.folded", chosen, "u.last_login = 0", all.count - logged));
    if (!chosen.workgroups.empty() && may_be_alias(chosen)) {
      auto segment = segment_of("u.folded");
      TRY_OK(add_aliases(segment, chosen));
      keep(std::move(segment));
    }
    return add_by("u.last_login, u.folded", chosen, "u.last_login > 0", logged);
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
    if (aimed.types.empty()) return {};
    auto segment = segment_of("u.target, u.folded");
    segment.arguments.add("u.domain = $", domain_);
    segment.arguments.add("u.target <> ''");
    segment.arguments.add_one_of("u.workgroup", aimed.workgroups);
    segment.arguments.add_one_of("u.type", names_of(aimed.types));
    segment.arguments.add_one_of("u.state", aimed.states);
    add_stream(segment);
    if (aimed.workgroups.empty()) TRY_OK(count(segment, aimed));
    if (!aimed.workgroups.empty()) TRY_OK(count_members(segment, aimed));
    if (!aimed.workgroups.empty() && may_be_alias(aimed)) TRY_OK(add_aliases(segment, aimed));
    keep(std::move(segment));
    return {};
  }

  std::vector<Segment> take() { return std::move(segments_); }

 private:
  static bool is_of(const Chosen& chosen, UserType type) { return chosen.types.empty() || std::ranges::find(chosen.types, type) != chosen.types.end(); }
  // Aliases are always active.
  static bool may_be_alias(const Chosen& chosen) {
    return is_of(chosen, UserType::Alias) && (chosen.states.empty() || std::ranges::find(chosen.states, "active") != chosen.states.end());
  }
  Segment segment_of(std::string columns) const { return {.domain = domain_, .columns = std::move(columns)}; }
  void add_stream(Segment& segment, std::string from = "users u") {
    add_match(segment.arguments, "u.folded", match_);
    segment.add_stream(std::move(from));
  }
  void keep(Segment segment) {
    if (!segment.streams.empty() && (segment.count > 0 || !segment.is_exact)) segments_.push_back(std::move(segment));
  }

  Result<> count(Segment& segment, const Chosen& chosen) {
    if (known_) {
      segment.count += *known_;
      return {};
    }
    TRY(const auto users, count_users(connection_, {.domain = domain_, .types = chosen.types, .states = chosen.states}));
    segment.count += users;
    return {};
  }
  Result<> count_members(Segment& segment, const Chosen& chosen) {
    for (const auto& workgroup : chosen.workgroups) {
      TRY(const auto users, count_users(connection_, {.domain = domain_, .workgroup = workgroup, .types = chosen.types, .states = chosen.states}));
      segment.count += users;
    }
    return {};
  }
  Result<> add_members(Segment& segment, const Chosen& chosen) {
    for (const auto& workgroup : chosen.workgroups) {
      segment.arguments.add("u.workgroup = $", workgroup);
      segment.arguments.add("u.workgroup <> ''");
      segment.arguments.add_one_of("u.type", names_of(chosen.types));
      segment.arguments.add_one_of("u.state", chosen.states);
      add_stream(segment);
    }
    TRY_OK(count_members(segment, chosen));
    return may_be_alias(chosen) ? add_aliases(segment, chosen) : Result<>{};
  }
  // The aliases of the workgroups' users: nobody keeps their number.
  Result<> add_aliases(Segment& segment, const Chosen& chosen) {
    Condition condition;
    const auto add = [&](Condition& into) {
      into.add("u.domain = $", domain_);
      into.add("u.type = 'alias'");
      into.add("u.alias_of <> ''");
      into.add_one_of("t.workgroup", chosen.workgroups);
    };
    add(condition);
    const auto limited = " LIMIT " + condition.argument(kCountMost + 1);
    TRY(const auto rows, connection_.run("SELECT count(*) FROM (SELECT 1 FROM " + std::string(kAliasesWithTargets) + " WHERE " + condition.text() + limited + ") found", condition.arguments()));
    const auto aliases = static_cast<std::uint64_t>(rows[0][0].number());
    if (aliases == 0) return {};
    segment.count += std::min(aliases, kCountMost);
    segment.is_exact = segment.is_exact && aliases <= kCountMost;
    add(segment.arguments);
    add_stream(segment, std::string(kAliasesWithTargets));
    return {};
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

// By the workgroups' names, and in each by name. Aliases, which have no workgroup of their own, are the last.
Result<> add_by_workgroup(Connection& connection, const Domain& domain, const Chosen& chosen, Plan& plan) {
  auto one = chosen;
  std::erase(one.types, UserType::Alias);
  if (chosen.types.empty()) one.types = {UserType::Filter, UserType::Forward, UserType::Group, UserType::Mailbox};
  if (!one.types.empty()) {
    TRY(const auto rows, connection.run("SELECT id FROM workgroups WHERE domain = $1 ORDER BY folded", {domain.id}));
    for (const auto& row : rows) {
      if (!chosen.workgroups.empty() && std::ranges::find(chosen.workgroups, row[0].text()) == chosen.workgroups.end()) continue;
      one.workgroups = {row[0].text()};
      TRY_OK(plan.add_by_name(one));
    }
  }
  auto aliases = chosen;
  aliases.types = {UserType::Alias};
  const bool has_aliases = chosen.types.empty() || std::ranges::find(chosen.types, UserType::Alias) != chosen.types.end();
  return has_aliases ? plan.add_by_name(aliases) : Result<>{};
}

}  // namespace

Result<std::vector<Segment>> plan_users(Connection& connection, const Domain& domain, const UserSearch& search) {
  Chosen chosen{.workgroups = {}, .types = search.types, .states = states_of(search)};
  TRY(chosen.workgroups, workgroups_of(connection, domain, search));
  Plan plan(connection, domain.id, search.match);
  switch (search.order) {
    case UserOrder::CreateTime: TRY_OK(plan.add_by("u.id", chosen, "")); break;  // ids begin with the time
    case UserOrder::LastLogin: TRY_OK(plan.add_by_login(chosen)); break;
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
