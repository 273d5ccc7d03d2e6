#include "control/edits.h"

#include <algorithm>

#include "control/administrators.h"
#include "control/errors.h"

namespace postroad::control {

feed::Domain to_feed(const Domain& domain) {
  return {.id = domain.id,
          .name = domain.name,
          .alias_of = domain.alias_of,
          .is_disabled = domain.is_disabled,
          .catch_all = domain.catch_all,
          .postmaster = {},
          .filter_mx = domain.filter_mx,
          .timezone = domain.timezone,
          .language = domain.language};
}

namespace {

feed::AccountType account_type(UserType type) {
  switch (type) {
    case UserType::Filter: return feed::AccountType::FilterOnly;
    case UserType::Forward: return feed::AccountType::ForwardOnly;
    case UserType::Group: return feed::AccountType::Group;
    default: return feed::AccountType::Mailbox;
  }
}

}  // namespace

feed::Account to_feed(const User& user) {
  return {.id = user.id,
          .domain = user.domain,
          .local = user.local,
          .type = account_type(user.type),
          .quota_bytes = user.quota_bytes,
          .services = user.services,
          .targets = user.targets,
          .timezone = user.timezone,
          .language = user.language};
}

std::string address_of(const Domain& domain, const User& user) { return user.local + "@" + domain.name; }

NewChange change_of_domain(const Domain& domain, std::string_view kind) {
  return {.kind = std::string(kind),
          .subject = domain.name,
          .cluster = domain.cluster,
          .company = domain.company,
          .domain = domain.id,
          .writes = {object::domain(domain.id)},
          .refers = {object::company(domain.company)},
          .is_end = false};
}

NewChange change_of_user(const Domain& domain, const User& user, std::string_view kind) {
  NewChange change{.kind = std::string(kind),
                   .subject = address_of(domain, user),
                   .cluster = domain.cluster,
                   .company = domain.company,
                   .domain = domain.id,
                   .writes = {object::user(user.id)},
                   .refers = {object::domain(domain.id)},
                   .is_end = false};
  if (!user.workgroup.empty()) change.refers.push_back(object::workgroup(user.workgroup));
  if (!user.alias_of.empty()) change.refers.push_back(object::user(user.alias_of));
  return change;
}

Result<> change_domain(Draft& draft, const Domain& before, const Domain& after) {
  TRY_OK(draft.put(after));
  auto change = change_of_domain(after, "domain.settings");
  if (!after.catch_all.empty()) change.refers.push_back(object::user(after.catch_all));
  if (to_feed(before) == to_feed(after)) {
    change.cluster.clear();
    return draft.record(std::move(change));
  }
  change.kind = "domain.put";
  return draft.record(std::move(change), feed::PutDomain{to_feed(after)});
}

Result<> change_user(Draft& draft, const Domain& domain, const User& before, const User& after) {
  TRY_OK(draft.put(after));
  auto change = change_of_user(domain, after, "user.settings");
  if (!before.workgroup.empty() && before.workgroup != after.workgroup) change.refers.push_back(object::workgroup(before.workgroup));
  if (before.local != after.local) {
    change.writes.push_back(object::local_part(domain.id, before.local));
    change.writes.push_back(object::local_part(domain.id, after.local));
  }
  if (to_feed(before) == to_feed(after)) {
    change.cluster.clear();
    return draft.record(std::move(change));
  }
  change.kind = "account.put";
  return draft.record(std::move(change), feed::PutAccount{to_feed(after), {}});
}

namespace {

Result<> erase_alias(Draft& draft, const Domain& domain, const User& alias) {
  TRY_OK(draft.erase(kUsers, alias.id));
  auto change = change_of_user(domain, alias, "alias.delete");
  change.writes.push_back(object::local_part(domain.id, alias.local));
  change.is_end = true;
  return draft.record(std::move(change), feed::DeleteAlias{domain.id, alias.local});
}

Result<> erase_account(Draft& draft, const Domain& domain, const User& user) {
  auto change = change_of_user(domain, user, "account.delete");
  change.is_end = true;
  change.writes.push_back(object::local_part(domain.id, user.local));
  TRY_OK(draft.erase(kUsers, user.id));
  TRY_OK(draft.erase(kCredentials, user.id));
  TRY(const auto roles, roles_of(draft.sql, user.id));
  for (const auto& role : roles) TRY_OK(draft.erase(kRoles, role.id()));
  TRY_OK(forget_sign_in(draft, user.id));
  TRY(const auto aliases, aliases_of_user(draft.sql, user.id));
  for (const auto& alias : aliases) {
    TRY_OK(draft.erase(kUsers, alias.id));
    change.writes.push_back(object::user(alias.id));
    change.writes.push_back(object::local_part(domain.id, alias.local));
  }
  return draft.record(std::move(change), feed::DeleteAccount{user.id});
}

}  // namespace

Result<> erase_user(Draft& draft, const Domain& domain, const User& user) {
  if (user.type == UserType::Alias) return erase_alias(draft, domain, user);
  TRY(const auto current, domain_by_id(draft.sql, domain.id));
  if (current && current->catch_all == user.id) {
    auto without = *current;
    without.catch_all.clear();
    TRY_OK(change_domain(draft, *current, without));
  }
  return erase_account(draft, domain, user);
}

Result<> erase_domain(Draft& draft, const Domain& domain) {
  auto change = change_of_domain(domain, "domain.delete");
  change.writes.push_back(object::domain_name(domain.name));
  if (!domain.alias_of.empty()) change.refers.push_back(object::domain(domain.alias_of));
  change.is_end = true;
  TRY_OK(draft.erase(kDomains, domain.id));
  TRY(const auto workgroups, draft.sql.run("SELECT id, name FROM workgroups WHERE domain = $1 ORDER BY folded", {domain.id}));
  for (const auto& row : workgroups) {
    TRY_OK(draft.erase(kWorkgroups, row[0].text()));
    change.writes.push_back(object::workgroup(row[0].text()));
    change.writes.push_back(object::workgroup_name(domain.id, row[1].text()));
  }
  return draft.record(std::move(change), feed::DeleteDomain{domain.id});
}

Result<> check_free(sql::Connection& connection, const Domain& domain, std::string_view local) {
  TRY(const auto there, user_by_local(connection, domain.id, local));
  if (!there) return {};
  return fail(Fault::Conflict, address_of(domain, *there) + " exists already", std::string(code::kUserExists));
}

Result<> check_limit(sql::Connection& connection, const Domain& domain, UserType type) {
  const auto& most = domain.limits.of(type);
  if (!most) return {};
  TRY(const auto row, sql::run_one(connection, "SELECT count(*) FROM users WHERE domain = $1 AND type = $2", {domain.id, user_type_name(type)}));
  if (static_cast<std::uint64_t>(row[0].number()) < *most) return {};
  return fail(Fault::Refused, "the domain's limit of " + std::to_string(*most) + " of type " + std::string(user_type_name(type)) + " is reached",
              std::string(code::kOverLimit));
}

namespace {

// An administrator of workgroups sees who is in them. An alias is where its target is.
Result<bool> is_shown(sql::Connection& connection, const Domain& domain, const User& user) {
  if (domain.only_workgroups.empty()) return true;
  const auto is_in = [&](const std::string& workgroup) { return std::ranges::find(domain.only_workgroups, workgroup) != domain.only_workgroups.end(); };
  if (user.alias_of.empty()) return is_in(user.workgroup);
  TRY(const auto target, user_by_id(connection, user.alias_of));
  return target && is_in(target->workgroup);
}

}  // namespace

Result<User> user_of(sql::Connection& connection, const Domain& domain, std::string_view local, const std::vector<UserType>& types) {
  TRY(auto found, user_by_local(connection, domain.id, local));
  if (found && std::ranges::find(types, found->type) != types.end()) {
    TRY(const bool shown, is_shown(connection, domain, *found));
    if (shown) return std::move(*found);
  }
  return fail(Fault::NotFound, "there is no such mailbox in " + domain.name, std::string(code::kNoUser));
}

Result<Workgroup> workgroup_of(sql::Connection& connection, const Domain& domain, std::string_view name) {
  TRY(auto found, workgroup_by_name(connection, domain.id, name));
  const auto& only = domain.only_workgroups;
  if (found && (only.empty() || std::ranges::find(only, found->id) != only.end())) return std::move(*found);
  return fail(Fault::NotFound, "there is no such workgroup in " + domain.name, std::string(code::kNoWorkgroup));
}

Result<bool> is_queued(sql::Connection& connection, const std::string& object) {
  TRY(const auto rows, connection.run("SELECT 1 FROM pending WHERE object = $1 AND is_write = 1 LIMIT 1", {object}));
  return !rows.empty();
}

}  // namespace postroad::control
