#include "control/edits.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "control/administrators.h"
#include "control/app_passwords.h"
#include "control/deletion.h"
#include "control/errors.h"
#include "control/names.h"
#include "control/offerings.h"
#include "control/user_counts.h"

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
          .language = domain.language,
          .company = domain.company};
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

namespace {

feed::PutSettings settings_of_user(const User& user, feed::Settings settings) { return {user.id, std::move(settings)}; }

Result<> put_settings(Draft& draft, std::string_view id, const Settings& settings) {
  if (settings == Settings{}) return draft.erase(kSettings, id);
  return draft.put(kSettings, to_row(id, settings));
}

// Where both the object and its settings go to the cluster, they are two changes, and each has the rows that it stands for: so
// that of a pair of which the cluster refuses the second, the first stays.
Result<> record_domain(Draft& draft, const Domain& before, const Domain& after, const Settings& settings) {
  auto change = change_of_domain(after, "domain.settings");
  if (!after.catch_all.empty()) change.refers.push_back(object::user(after.catch_all));
  TRY(const auto row_before, settings_row(draft.sql, before.id));
  const bool is_told = to_feed(before) != to_feed(after);
  const bool acts = acting(before, row_before) != acting(after, settings);
  if (is_told) {
    auto first = after;
    if (acts) first.spam = before.spam;
    TRY_OK(draft.put(first));
    if (!acts && row_before != settings) TRY_OK(put_settings(draft, after.id, settings));
    change.kind = "domain.put";
    TRY_OK(draft.record(change, feed::PutDomain{to_feed(after)}));
    if (!acts) return {};
  }
  TRY_OK(draft.put(after));
  if (row_before != settings) TRY_OK(put_settings(draft, after.id, settings));
  if (acts) {
    change.kind = "settings.put";
    return draft.record(std::move(change), feed::PutSettings{after.id, acting(after, settings)});
  }
  change.kind = "domain.settings";
  change.cluster.clear();
  return draft.record(std::move(change));
}

}  // namespace

Result<> change_domain(Draft& draft, const Domain& before, const Domain& after, const std::optional<Settings>& settings) {
  if (settings) return record_domain(draft, before, after, *settings);
  TRY(const auto row, settings_row(draft.sql, before.id));
  return record_domain(draft, before, after, row);
}

Result<> change_user(Draft& draft, const Domain& domain, const User& before, const User& after, const std::optional<Settings>& given) {
  TRY(const auto row_before, settings_row(draft.sql, before.id));
  const auto& settings = given ? *given : row_before;
  auto change = change_of_user(domain, after, "user.settings");
  if (!before.workgroup.empty() && before.workgroup != after.workgroup) change.refers.push_back(object::workgroup(before.workgroup));
  if (before.local != after.local) {
    change.writes.push_back(object::local_part(domain.id, before.local));
    change.writes.push_back(object::local_part(domain.id, after.local));
  }
  TRY(const auto acting_before, acting(draft.sql, before, row_before));
  TRY(const auto acting_after, acting(draft.sql, after, settings));
  const bool acts = acting_before != acting_after;
  if (to_feed(before) != to_feed(after)) {
    auto first = after;
    if (acts) {
      first.spam = before.spam;
      first.workgroup = before.workgroup;
    }
    TRY_OK(draft.put(first));
    if (!acts && row_before != settings) TRY_OK(put_settings(draft, after.id, settings));
    change.kind = "account.put";
    TRY_OK(draft.record(change, feed::PutAccount{to_feed(after), {}}));
    if (!acts) return {};
  }
  TRY_OK(draft.put(after));
  if (row_before != settings) TRY_OK(put_settings(draft, after.id, settings));
  if (acts) {
    change.kind = "settings.put";
    return draft.record(std::move(change), settings_of_user(after, acting_after));
  }
  change.kind = "user.settings";
  change.cluster.clear();
  return draft.record(std::move(change));
}

Result<> tell_company_settings(Draft& draft, const Company& company, const std::string& cluster) {
  TRY(const auto settings, settings_row(draft.sql, company.id));
  if (settings.mail == feed::Settings{}) return {};
  TRY(const auto there, draft.sql.run("SELECT 1 FROM domains WHERE company = $1 AND cluster = $2 LIMIT 1", {company.id, cluster}));
  if (!there.empty()) return {};
  NewChange change{.kind = "settings.put", .subject = company.name, .cluster = cluster, .company = company.id, .domain = {},
                   .writes = {"settings/" + company.id + "/" + cluster}, .refers = {object::company(company.id)}, .is_end = false};
  return draft.record(std::move(change), feed::PutSettings{company.id, settings.mail});
}

Result<> record_last(Draft& draft, NewChange change, std::vector<std::string> objects) {
  change.cluster.clear();
  change.writes.clear();
  change.refers = std::move(objects);
  return draft.record(std::move(change));
}

// A name is told to be taken only to those who see who has it.
Result<> check_domain_free(Draft& draft, const std::string& name) {
  const auto unavailable = [&] { return fail(Fault::Refused, "the domain " + name + " is not available", std::string(code::kDomainUnavailable)); };
  if (is_reserved_domain(name)) return unavailable();
  TRY(const auto there, domain_by_name(draft.sql, name));
  if (!there) return {};
  TRY(const bool is_seen, draft.authority.may(draft.sql, there->company, there->id, Right::See));
  if (!is_seen) return unavailable();
  return fail(Fault::Conflict, "the domain " + name + " exists already", std::string(code::kDomainExists));
}

Result<> add_domain(Draft& draft, const Domain& domain, const Settings& settings, const std::vector<std::string>& more_writes) {
  const auto mail = acting(domain, settings);
  auto first = domain;
  if (mail != feed::Settings{}) first.spam = {};
  TRY_OK(draft.put(first));
  auto change = change_of_domain(domain, "domain.put");
  change.writes.push_back(object::domain_name(domain.name));
  change.writes.insert(change.writes.end(), more_writes.begin(), more_writes.end());
  if (!domain.alias_of.empty()) change.refers.push_back(object::domain(domain.alias_of));
  if (mail == feed::Settings{} && settings != Settings{}) TRY_OK(put_settings(draft, domain.id, settings));
  TRY_OK(draft.record(std::move(change), feed::PutDomain{to_feed(domain)}));
  if (mail == feed::Settings{}) return {};
  TRY_OK(draft.put(domain));
  if (settings != Settings{}) TRY_OK(put_settings(draft, domain.id, settings));
  return draft.record(change_of_domain(domain, "settings.put"), feed::PutSettings{domain.id, mail});
}

Result<> add_user(Draft& draft, const Domain& domain, const User& user, const std::string& hash, const Settings& settings, bool is_restored) {
  TRY(const auto mail, acting(draft.sql, user, settings));
  const bool acts = mail != feed::Settings{};
  auto first = user;
  if (acts) first.spam = {};
  TRY_OK(draft.put(first));
  if (!hash.empty()) TRY_OK(draft.put(Credential{user.id, hash, draft.now()}));
  if (!acts && settings != Settings{}) TRY_OK(put_settings(draft, user.id, settings));
  auto change = change_of_user(domain, user, is_restored ? "account.restore" : "account.put");
  change.writes.push_back(object::local_part(domain.id, user.local));
  if (is_restored) {
    TRY_OK(draft.record(std::move(change), feed::RestoreAccount{to_feed(user), hash}));
  } else {
    TRY(const auto of_domain, settings_row(draft.sql, domain.id));
    TRY_OK(draft.record(std::move(change), feed::PutAccount{to_feed(user), hash, user.type == UserType::Mailbox && of_domain.welcome}));
  }
  if (!acts) return {};
  TRY_OK(draft.put(user));
  if (settings != Settings{}) TRY_OK(put_settings(draft, user.id, settings));
  return draft.record(change_of_user(domain, user, "settings.put"), settings_of_user(user, mail));
}

Result<> add_alias(Draft& draft, const Domain& domain, const User& alias, const User& target) {
  TRY_OK(draft.put(alias));
  auto change = change_of_user(domain, alias, "alias.put");
  change.writes.push_back(object::local_part(domain.id, alias.local));
  return draft.record(std::move(change), feed::PutAlias{{domain.id, alias.local, target.id}});
}

namespace {

// Alters aliases of a user, as many as a change holds in each.
class Aliases {
 public:
  Aliases(Draft& draft, const Domain& domain, const User& user) : draft_(draft), domain_(domain), user_(user) { begin(); }

  Result<> remove(const User& alias) {
    TRY_OK(keep_deleted(draft_, domain_, alias, {}));
    TRY_OK(draft_.erase(kUsers, alias.id));
    payload_.removed.push_back(alias.local);
    return alters(alias);
  }
  Result<> add(const User& alias) {
    TRY_OK(draft_.put(alias));
    payload_.added.push_back(alias.local);
    return alters(alias);
  }
  Result<> record() {
    if (payload_.removed.empty() && payload_.added.empty()) return {};
    TRY_OK(draft_.record(std::exchange(change_, {}), std::exchange(payload_, {})));
    begin();
    return {};
  }

 private:
  void begin() {
    change_ = change_of_user(domain_, user_, "aliases.alter");
    change_.refers.push_back(object::user(user_.id));  // must be there where it is asked for again
    payload_ = {user_.id, domain_.id, {}, {}};
  }
  Result<> alters(const User& alias) {
    change_.writes.push_back(object::user(alias.id));
    change_.writes.push_back(object::local_part(domain_.id, alias.local));
    return payload_.removed.size() + payload_.added.size() < feed::kAliasesInChange ? Result<>{} : record();
  }

  Draft& draft_;
  const Domain& domain_;
  const User& user_;
  NewChange change_;
  feed::AlterAliases payload_;
};

}  // namespace

Result<> put_aliases(Draft& draft, const Domain& domain, const User& user, const std::vector<std::string>& locals) {
  if (locals.size() > feed::kAliasesPerAccount)
    return fail(Fault::Refused, "a mailbox has at most " + std::to_string(feed::kAliasesPerAccount) + " aliases", std::string(code::kOverLimit));
  std::map<std::string, std::string> wanted;
  for (const auto& given : locals) {
    TRY(auto local, local_part(given));
    wanted.emplace(lower(local), std::move(local));
  }
  TRY(auto gone, aliases_of_user(draft.sql, user.id));
  std::erase_if(gone, [&](const User& alias) { return wanted.erase(lower(alias.local)) > 0; });
  for (const auto& [folded, local] : wanted) TRY_OK(check_free(draft.sql, domain, local));
  if (!wanted.empty()) TRY_OK(check_limit(draft.sql, domain, UserType::Alias, wanted.size(), gone.size()));
  Aliases aliases(draft, domain, user);
  for (const auto& alias : gone) TRY_OK(aliases.remove(alias));
  for (const auto& [folded, local] : wanted) {
    User alias;
    alias.id = draft.new_id('a');
    alias.domain = domain.id;
    alias.local = local;
    alias.type = UserType::Alias;
    alias.alias_of = user.id;
    alias.created_at = draft.now();
    TRY_OK(aliases.add(alias));
  }
  return aliases.record();
}

Result<> add_aliases(Draft& draft, const Domain& domain, const User& user, const std::vector<User>& them) {
  Aliases aliases(draft, domain, user);
  for (const auto& alias : them) TRY_OK(aliases.add(alias));
  return aliases.record();
}

namespace {

Result<> erase_alias(Draft& draft, const Domain& domain, const User& alias, std::string_view cause) {
  TRY_OK(keep_deleted(draft, domain, alias, cause));
  TRY_OK(draft.erase(kUsers, alias.id));
  auto change = change_of_user(domain, alias, "alias.delete");
  change.writes.push_back(object::local_part(domain.id, alias.local));
  change.is_end = true;
  return draft.record(std::move(change), feed::DeleteAlias{domain.id, alias.local});
}

Result<> erase_account(Draft& draft, const Domain& domain, const User& user, std::string_view cause) {
  TRY_OK(keep_deleted(draft, domain, user, cause));
  auto change = change_of_user(domain, user, "account.delete");
  change.is_end = true;
  change.writes.push_back(object::local_part(domain.id, user.local));
  TRY_OK(draft.erase(kUsers, user.id));
  TRY_OK(draft.erase(kCredentials, user.id));
  TRY_OK(draft.erase(kSettings, user.id));
  TRY(const auto offerings, draft.sql.run("SELECT id FROM mailbox_offerings WHERE mailbox = $1 ORDER BY id", {user.id}));
  for (const auto& row : offerings) TRY_OK(draft.erase(kMailboxOfferings, row[0].text()));
  TRY(const auto roles, roles_of(draft.sql, user.id));
  for (const auto& role : roles) TRY_OK(draft.erase(kRoles, role.id()));
  TRY_OK(erase_app_passwords(draft, user.id));
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

Result<> erase_user(Draft& draft, const Domain& domain, const User& user, std::string_view cause) {
  if (user.type == UserType::Alias) return erase_alias(draft, domain, user, cause);
  TRY(const auto current, domain_by_id(draft.sql, domain.id));
  if (current && current->catch_all == user.id) {
    auto without = *current;
    without.catch_all.clear();
    TRY_OK(change_domain(draft, *current, without));
  }
  return erase_account(draft, domain, user, cause);
}

Result<> erase_domain(Draft& draft, const Domain& domain, std::string_view cause) {
  TRY_OK(keep_deleted(draft, domain, cause));
  auto change = change_of_domain(domain, "domain.delete");
  change.writes.push_back(object::domain_name(domain.name));
  if (!domain.alias_of.empty()) change.refers.push_back(object::domain(domain.alias_of));
  change.is_end = true;
  TRY_OK(draft.erase(kDomains, domain.id));
  TRY_OK(draft.erase(kSettings, domain.id));
  TRY(const auto workgroups, draft.sql.run("SELECT id, name FROM workgroups WHERE domain = $1 ORDER BY folded", {domain.id}));
  for (const auto& row : workgroups) {
    TRY_OK(draft.erase(kWorkgroups, row[0].text()));
    TRY_OK(draft.erase(kSettings, row[0].text()));
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

Result<> check_limit(sql::Connection& connection, const Domain& domain, UserType type, std::uint64_t more, std::uint64_t less) {
  const auto& most = domain.limits.of(type);
  if (!most) return {};
  TRY(const auto users, count_users(connection, {.domain = domain.id, .types = {type}}));
  if (users + more <= *most + less) return {};
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
