#include "control/users.h"

#include <algorithm>

#include "base/text.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/deletion.h"
#include "control/errors.h"
#include "control/names.h"
#include "control/password_strength.h"
#include "control/restoring.h"
#include "control/sieve_scripts.h"
#include "control/user_drafts.h"
#include "control/user_settings.h"
#include "control/workgroup_drafts.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

bool has_password(UserType type) { return type == UserType::Mailbox || type == UserType::Filter; }

// The rows of a new user, if it may be made.
struct Planned {
  Domain domain;
  User user;
  Settings settings;
};

// 0: any.
std::uint64_t most_of(const SettingsView& settings) { return settings.effective.quota_maximum.value_or(0); }

Result<> check_quota(const SettingsView& settings, const User& user) {
  const auto most = most_of(settings);
  if (most == 0 || user.type != UserType::Mailbox || (user.quota_bytes != 0 && user.quota_bytes <= most)) return {};
  return fail(Fault::Refused, "a mailbox of this domain has a quota of at most " + std::to_string(most) + " bytes", std::string(code::kOverLimit));
}

// What is set for new mailboxes, or for all; as much as may be where that is more.
std::uint64_t default_quota(const SettingsView& settings, std::uint64_t otherwise) {
  const auto quota = settings.effective.quota_bytes.value_or(otherwise);
  const auto most = most_of(settings);
  return most != 0 && (quota == 0 || quota > most) ? most : quota;
}

bool is_given(const UserSettings& settings, Service service) {
  return std::ranges::any_of(settings.services, [&](const auto& given) { return given.first == service; });
}

void inherit_service(User& user, const SettingsView& settings, Service service) {
  user.services.set(service, settings.effective.service(service).value_or(ServiceState::Enabled));
}

// What it is told to have as a new user has it.
void inherit(User& user, const SettingsView& settings, const UserSettings& given, std::uint64_t quota_bytes) {
  if (given.quota_bytes && !*given.quota_bytes && user.type == UserType::Mailbox) user.quota_bytes = default_quota(settings, quota_bytes);
  for (const auto& [service, state] : given.services)
    if (!state) inherit_service(user, settings, service);
}

Result<Planned> plan(Connection& connection, const Authority& authority, const NewUser& spec, std::uint64_t quota_bytes) {
  check(spec.type != UserType::Alias, "an alias is made by create_alias");
  TRY(auto domain, authority.domain_of_users(connection, spec.domain, Right::Users));
  User user;
  user.domain = domain.id;
  user.type = spec.type;
  TRY(user.local, local_part(spec.local));
  TRY_OK(check_free(connection, domain, user.local));
  TRY_OK(check_limit(connection, domain, spec.type));
  if (!spec.settings.workgroup) return fail(Fault::NotFound, "a new mailbox needs a workgroup", std::string(code::kNoWorkgroup));
  if (has_password(spec.type) && !spec.settings.password) return fail(Fault::Refused, "a new mailbox needs a password", std::string(code::kBadPassword));
  if ((spec.type == UserType::Forward || spec.type == UserType::Group) && !spec.settings.targets)
    return fail(Fault::Refused, "at least one address is needed", std::string(code::kBadValue));
  TRY_OK(apply(connection, domain, user, spec.settings));
  Settings settings;
  TRY_OK(apply(user, settings, spec.settings));
  TRY(const auto inherited, settings_of(connection, domain, user));
  if (!spec.settings.quota_bytes && user.type == UserType::Mailbox) user.quota_bytes = default_quota(inherited, quota_bytes);
  for (const auto service : feed::kServices)
    if (!is_given(spec.settings, service)) inherit_service(user, inherited, service);
  inherit(user, inherited, spec.settings, quota_bytes);
  TRY_OK(check_quota(inherited, user));
  return Planned{std::move(domain), std::move(user), std::move(settings)};
}

Result<> check_strength(Connection& connection, const Domain& domain, Strength strength) {
  TRY(const auto settings, settings_of(connection, domain));
  return control::check_strength(strength, settings.effective.password_strength);
}

}  // namespace

namespace {

// In that of new users where none is named. Who makes users in the domain may make that.
Result<NewUser> in_workgroup(Draft& draft, NewUser spec) {
  auto& workgroup = spec.settings.workgroup;
  if (workgroup && !workgroup->empty()) return spec;
  TRY(const auto domain, draft.authority.domain_of_users(draft.sql, spec.domain, Right::Users));
  TRY(const auto settings, settings_of(draft.sql, domain));
  const auto& name = settings.effective.workgroup.empty() ? spec.default_workgroup : settings.effective.workgroup;
  if (name.empty()) return spec;
  workgroup = name;
  TRY(const auto there, workgroup_by_name(draft.sql, domain.id, *workgroup));
  if (!there) TRY_OK(create_workgroup(draft, spec.domain, *workgroup));
  return spec;
}

}  // namespace

Result<> create_user(Draft& draft, const NewUser& given, const std::string& hash, std::uint64_t quota_bytes) {
  TRY(const auto spec, in_workgroup(draft, given));
  TRY(auto planned, plan(draft.sql, draft.authority, spec, quota_bytes));
  if (!hash.empty()) TRY_OK(check_strength(draft.sql, planned.domain, spec.settings.strength));
  planned.user.id = draft.new_id('a');
  planned.user.created_at = draft.now();
  TRY_OK(add_user(draft, planned.domain, planned.user, hash, planned.settings));
  if (spec.settings.aliases) TRY_OK(put_aliases(draft, planned.domain, planned.user, *spec.settings.aliases));
  return spec.settings.sieve ? put_active_script(draft, planned.domain, planned.user, *spec.settings.sieve) : Result<>{};
}

Result<> create_alias_user(Draft& draft, const std::string& domain_name, const std::string& local, const std::string& target) {
  TRY(const auto domain, draft.authority.domain_of_users(draft.sql, domain_name, Right::Users));
  User alias;
  alias.id = draft.new_id('a');
  alias.domain = domain.id;
  alias.type = UserType::Alias;
  alias.created_at = draft.now();
  TRY(alias.local, local_part(local));
  TRY_OK(check_free(draft.sql, domain, alias.local));
  TRY_OK(check_limit(draft.sql, domain, UserType::Alias));
  TRY(const auto user, user_of(draft.sql, domain, target, {UserType::Mailbox, UserType::Filter, UserType::Forward, UserType::Group}));
  TRY(const auto siblings, aliases_of_user(draft.sql, user.id));
  if (siblings.size() >= feed::kAliasesPerAccount)
    return fail(Fault::Refused, "a mailbox has at most " + std::to_string(feed::kAliasesPerAccount) + " aliases", std::string(code::kOverLimit));
  alias.alias_of = user.id;
  return add_alias(draft, domain, alias, user);
}

namespace {

Result<> set_password(Draft& draft, const Domain& domain, const User& user, const std::string& hash) {
  TRY_OK(draft.put(Credential{user.id, hash, draft.now()}));
  return draft.record(change_of_user(domain, user, "password.set"), feed::SetPassword{user.id, hash});
}

Result<> rename_to(Connection& connection, const Domain& domain, User& user, const std::string& new_local) {
  TRY(user.local, local_part(new_local));
  TRY(const auto there, user_by_local(connection, domain.id, user.local));
  return there && there->id != user.id ? check_free(connection, domain, user.local) : Result<>{};
}

// A user of its own, no alias: those have a name and a target, and nothing else that could be changed.
Result<User> account_of(Connection& connection, const Domain& domain, std::string_view local, const UserTypes& types) {
  TRY(auto found, user_of(connection, domain, local, types));
  if (found.type != UserType::Alias) return found;
  return fail(Fault::Refused, address_of(domain, found) + " is an alias: delete it and make another", std::string(code::kWrongType));
}

}  // namespace

Result<> change_named(Draft& draft, const Named& named, const UserSettings& settings, const std::string& hash, std::uint64_t quota_bytes) {
  TRY(const auto domain, draft.authority.domain_of_users(draft.sql, named.domain, Right::Users));
  TRY(const auto before, account_of(draft.sql, domain, named.local, named.types));
  auto after = before;
  TRY_OK(apply(draft.sql, domain, after, settings));
  TRY(auto row, settings_row(draft.sql, before.id));
  TRY_OK(apply(after, row, settings));
  if (settings.new_local) TRY_OK(rename_to(draft.sql, domain, after, *settings.new_local));
  if (settings.quota_bytes || !settings.services.empty()) {
    TRY(const auto inherited, settings_of(draft.sql, domain, after));
    inherit(after, inherited, settings, quota_bytes);
    if (settings.quota_bytes) TRY_OK(check_quota(inherited, after));
  }
  if (after.type != before.type) TRY_OK(check_limit(draft.sql, domain, after.type));
  if (!hash.empty()) {
    if (!has_password(after.type)) return fail(Fault::Refused, "it has no password", std::string(code::kWrongType));
    TRY_OK(check_strength(draft.sql, domain, settings.strength));
    TRY_OK(set_password(draft, domain, before, hash));
  }
  const bool is_told = !hash.empty() || settings.aliases || settings.sieve;
  if (!is_told || sets_more_than_password(settings)) TRY_OK(change_user(draft, domain, before, after, row));
  if (settings.aliases) TRY_OK(put_aliases(draft, domain, after, *settings.aliases));
  if (settings.sieve) TRY_OK(put_active_script(draft, domain, after, *settings.sieve));
  return draft.has_recorded() ? Result<>{} : change_user(draft, domain, before, after, row);
}

Result<> rename_named(Draft& draft, const Named& named, const std::string& new_local) {
  TRY(const auto domain, draft.authority.domain_of_users(draft.sql, named.domain, Right::Users));
  TRY(const auto before, account_of(draft.sql, domain, named.local, named.types));
  auto after = before;
  TRY_OK(rename_to(draft.sql, domain, after, new_local));
  return change_user(draft, domain, before, after);
}

Result<> erase_named(Draft& draft, const Named& named) {
  TRY(const auto place, draft.authority.domain_of_users(draft.sql, named.domain, Right::Users));
  TRY(const auto user, user_of(draft.sql, place, named.local, named.types));
  return erase_user(draft, place, user);
}

Result<> suspend_named(Draft& draft, const Named& named, const std::vector<std::pair<Service, bool>>& services) {
  TRY(const auto place, draft.authority.domain_of_users(draft.sql, named.domain, Right::Users));
  TRY(const auto user, account_of(draft.sql, place, named.local, named.types));
  std::vector<std::pair<Service, ServiceState>> states;
  for (const auto& [service, is_suspended] : services) {
    const auto is = user.services.of(service);
    states.emplace_back(service, is == ServiceState::Disabled ? is : is_suspended ? ServiceState::Suspended : ServiceState::Enabled);
  }
  return set_services_named(draft, named, states);
}

Result<> set_services_named(Draft& draft, const Named& named, const std::vector<std::pair<Service, ServiceState>>& states) {
  TRY(const auto place, draft.authority.domain_of_users(draft.sql, named.domain, Right::Users));
  TRY(auto user, account_of(draft.sql, place, named.local, named.types));
  for (const auto& [service, state] : states) user.services.set(service, state);
  TRY_OK(draft.put(user));
  return draft.record(change_of_user(place, user, "services.set"), feed::SetServices{user.id, states});
}

namespace {

Result<UserView> view(Connection& connection, const Authority& authority, const Named& named) {
  TRY(const auto domain, authority.domain_of_users(connection, named.domain, Right::See));
  UserView made;
  TRY(made.user, user_of(connection, domain, named.local, named.types));
  if (!made.user.workgroup.empty()) {
    TRY(const auto workgroup, workgroup_by_id(connection, made.user.workgroup));
    if (workgroup) made.workgroup = workgroup->name;
  }
  if (!made.user.alias_of.empty()) {
    TRY(const auto target, user_by_id(connection, made.user.alias_of));
    if (target) made.alias_of = target->local;
  }
  TRY(const auto aliases, aliases_of_user(connection, made.user.id));
  for (const auto& alias : aliases) made.aliases.push_back(alias.local);
  TRY(auto settings, settings_of(connection, domain, made.user));
  made.own = std::move(settings.own);
  made.effective = std::move(settings.effective);
  TRY(made.is_queued, is_queued(connection, object::user(made.user.id)));
  if (authority.domain_of_users(connection, named.domain, Right::Users)) {
    TRY(made.sieve, active_script(connection, made.user));
  }
  return made;
}

// An alias is shown in its target's workgroup.
constexpr std::string_view kLines =
    "SELECT u.local, u.type, w.name FROM users u LEFT JOIN users t ON t.id = u.alias_of AND u.alias_of <> '' "
    "LEFT JOIN workgroups w ON w.id = CASE WHEN u.alias_of <> '' THEN t.workgroup ELSE u.workgroup END "
    "WHERE u.domain = $1 AND u.folded > $2";

// For an administrator of workgroups, of those alone. Ids need no quoting.
std::string in_workgroups(const std::vector<std::string>& only) {
  std::string made;
  for (const auto& id : only) made += (made.empty() ? " AND w.id IN ('" : ", '") + id + "'";
  return made.empty() ? made : made + ")";
}

Result<Page<UserLine>> lines(Connection& connection, const Authority& authority, const std::string& domain_name, const From& from) {
  TRY(const auto domain, authority.domain_of_users(connection, domain_name, Right::See));
  const auto most = std::clamp<std::uint64_t>(from.most, 1, kPageMost);
  TRY(const auto rows, connection.run(std::string(kLines) + in_workgroups(domain.only_workgroups) + " ORDER BY u.folded LIMIT $3", {domain.id, from.place, most}));
  Page<UserLine> page;
  for (const auto& row : rows) page.rows.push_back({row[0].text(), parse_user_type(row[1].text()).value_or(UserType::Mailbox), row[2].text_or_empty()});
  if (rows.size() == most) page.next = lower(rows.back()[0].text());
  return page;
}

// A place is the last one's time and id.
Result<Page<DeletedUser>> deleted_lines(Connection& connection, const Authority& authority, const std::string& domain_name, const From& from, Time now) {
  TRY(const auto domain, authority.user_domain(connection, domain_name, Right::See));
  const auto most = std::clamp<std::uint64_t>(from.most, 1, kPageMost);
  const auto space = from.place.find(' ');
  const auto before = from.place.empty() ? std::optional<std::uint64_t>(INT64_MAX) : parse_number(from.place.substr(0, space), INT64_MAX);
  const auto id = space == std::string::npos ? std::string{} : from.place.substr(space + 1);
  TRY(const auto rows, connection.run("SELECT id, name, type, deleted_at, purge_at FROM deleted WHERE domain = $1 AND kind = 'user' AND purge_at > $2 AND "
                                      "(deleted_at < $3 OR (deleted_at = $3 AND id < $4)) ORDER BY deleted_at DESC, id DESC LIMIT $5",
                                      {domain.id, to_number(now), static_cast<std::int64_t>(before.value_or(0)), id, most}));
  Page<DeletedUser> page;
  for (const auto& row : rows)
    page.rows.push_back({row[0].text(), row[1].text(), parse_user_type(row[2].text()).value_or(UserType::Mailbox), to_time(row[3].number()), to_time(row[4].number())});
  if (rows.size() == most) page.next = std::to_string(rows.back()[3].number()) + " " + rows.back()[0].text();
  return page;
}

}  // namespace

// A chosen password waits sealed, and costs its hash when the change's turn has come.
Task<Result<Receipt>> Users::create(Caller caller, NewUser spec) {
  std::string hash;
  if (has_password(spec.type) && spec.settings.password) {
    CO_TRY(hash, core_->keep_password(*spec.settings.password));
    spec.settings.strength = strength_of(*spec.settings.password, spec.local, spec.domain);
    spec.settings.password->clear();
  }
  co_return co_await core_->accept(std::move(caller), [spec, hash, quota = core_->options.quota_bytes](Draft& draft) {
    return create_user(draft, spec, hash, quota);
  });
}

Task<Result<Receipt>> Users::create_alias(Caller caller, std::string domain, std::string local, std::string target) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return create_alias_user(draft, domain, local, target); });
}

Task<Result<Receipt>> Users::change(Caller caller, std::string domain, std::string local, UserTypes types, UserSettings settings) {
  const Named named{std::move(domain), std::move(local), std::move(types)};
  std::string hash;
  if (settings.password) {
    CO_TRY(hash, core_->keep_password(*settings.password));
    settings.strength = strength_of(*settings.password, named.local, named.domain);
    settings.password->clear();
  }
  co_return co_await core_->accept(std::move(caller), [named, settings, hash, quota = core_->options.quota_bytes](Draft& draft) {
    return change_named(draft, named, settings, hash, quota);
  });
}

Task<Result<Receipt>> Users::erase(Caller caller, std::string domain, std::string local, UserTypes types) {
  return core_->accept(std::move(caller), [named = Named{domain, local, types}](Draft& draft) { return erase_named(draft, named); });
}

Task<Result<Receipt>> Users::rename(Caller caller, std::string domain, std::string local, UserTypes types, std::string new_local) {
  return core_->accept(std::move(caller), [named = Named{domain, local, types}, new_local](Draft& draft) { return rename_named(draft, named, new_local); });
}

Task<Result<Receipt>> Users::restore(Caller caller, std::string domain, std::string local_or_id, std::string new_local, std::string workgroup) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return restore_user(draft, domain, local_or_id, new_local, workgroup); });
}

Task<Result<Page<DeletedUser>>> Users::deleted(Caller caller, std::string domain, From from) {
  return core_->look(std::move(caller), [=, now = core_->machine.loop.clock().now()](Connection& connection, const Authority& authority) {
    return deleted_lines(connection, authority, domain, from, now);
  });
}

Task<Result<UserView>> Users::get(Caller caller, std::string domain, std::string local, UserTypes types) {
  return core_->look(std::move(caller), [named = Named{domain, local, types}](Connection& connection, const Authority& authority) {
    return view(connection, authority, named);
  });
}

Task<Result<Page<UserLine>>> Users::list(Caller caller, std::string domain, From from) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) { return lines(connection, authority, domain, from); });
}

Task<Result<UsersFound>> Users::search(Caller caller, UserSearch search) {
  return core_->look(std::move(caller), [search = std::move(search), now = core_->machine.loop.clock().now()](Connection& connection, const Authority& authority) {
    return search_users(connection, authority, search, now);
  });
}

Task<Result<std::vector<bool>>> Users::taken(Caller caller, std::string domain, std::vector<std::string> locals) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<std::vector<bool>> {
    TRY(const auto place, authority.domain_of_users(connection, domain, Right::See));
    if (locals.size() > kNamesMost)
      return fail(Fault::Refused, "more than " + std::to_string(kNamesMost) + " names in one request", std::string(code::kBadValue));
    std::vector<bool> made;
    for (const auto& local : locals) {
      TRY(const auto there, user_by_local(connection, place.id, local));
      made.push_back(there.has_value() || !local_part(local));  // nobody can have what is no name
    }
    return made;
  });
}

Task<Result<Receipt>> Users::suspend(Caller caller, std::string domain, std::string local, UserTypes types, std::vector<std::pair<Service, bool>> services) {
  return core_->accept(std::move(caller), [named = Named{domain, local, types}, services](Draft& draft) { return suspend_named(draft, named, services); });
}

Task<Result<Receipt>> Users::set_services(Caller caller, std::string domain, std::string local, UserTypes types,
                                          std::vector<std::pair<Service, ServiceState>> states) {
  return core_->accept(std::move(caller), [named = Named{domain, local, types}, states](Draft& draft) { return set_services_named(draft, named, states); });
}

Task<Result<>> Users::verify_password(Caller caller, std::string domain, std::string local, std::string password) {
  CO_TRY(const auto stored, co_await core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<std::string> {
    TRY(const auto place, authority.domain_of_users(connection, domain, Right::Users));
    TRY(const auto user, user_of(connection, place, local, {UserType::Mailbox, UserType::Filter}));
    TRY(const auto credential, credential_of(connection, user.id));
    return credential ? credential->password_hash : std::string{};
  }));
  CO_TRY(const bool is_right, co_await core_->verify_password(std::move(password), stored));
  if (!is_right) co_return fail(Fault::Refused, "the password is wrong", std::string(code::kWrongPassword));
  co_return Result<>{};
}

}  // namespace postroad::control
