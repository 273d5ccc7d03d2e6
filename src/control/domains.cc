#include "control/domains.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/domain_drafts.h"
#include "control/restoring.h"
#include "control/names.h"
#include "control/roles.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

Result<> set(std::string& into, const std::optional<std::string>& value, Result<std::string> (*check)(std::string_view)) {
  if (!value) return {};
  TRY(into, check(*value));
  return {};
}
Result<std::string> short_text(std::string_view text) { return one_line(text, "the value", 64); }

Result<> apply(Domain& domain, const DomainSettings& settings) {
  TRY_OK(set(domain.timezone, settings.timezone, timezone_name));
  TRY_OK(set(domain.language, settings.language, language_tag));
  TRY_OK(set(domain.filter_mx, settings.filter_mx, mail_host));
  TRY_OK(set(domain.spam.tag, settings.spam_tag, short_text));
  TRY_OK(set(domain.spam.folder, settings.spam_folder, short_text));
  TRY_OK(set(domain.spam.level, settings.spam_level, spam_level_name));
  TRY_OK(set(domain.brand, settings.brand, short_text));
  return {};
}

Result<std::string> choose_cluster(Connection& connection, const Company& company, const std::string& wanted) {
  const auto& named = wanted.empty() ? company.cluster : wanted;
  if (!named.empty()) {
    TRY(const auto rows, connection.run("SELECT name FROM clusters WHERE name = $1", {named}));
    if (!rows.empty()) return named;
    return fail(Fault::NotFound, "there is no cluster " + named, std::string(code::kNoCluster));
  }
  TRY(const auto rows, connection.run("SELECT c.name FROM clusters c LEFT JOIN domains d ON d.cluster = c.name GROUP BY c.name "
                                      "ORDER BY count(d.id), c.name LIMIT 1"));
  if (rows.empty()) return fail(Fault::Busy, "there is no cluster to put the domain on", std::string(code::kNoCluster));
  return rows[0][0].text();
}

Result<> set_catch_all(Connection& connection, Domain& domain, const std::string& local) {
  domain.catch_all.clear();
  if (local.empty()) return {};
  TRY(const auto user, user_of(connection, domain, local, {UserType::Mailbox, UserType::Filter, UserType::Forward, UserType::Group}));
  domain.catch_all = user.id;
  return {};
}

Result<> set_disabled(Draft& draft, Domain domain, bool is_disabled) {
  domain.is_disabled = is_disabled;
  TRY_OK(draft.put(domain));
  return draft.record(change_of_domain(domain, "domain.disabled"), feed::SetDomainDisabled{domain.id, is_disabled});
}

Result<> create_domain_alias(Draft& draft, const Domain& target, const std::string& name) {
  TRY(auto checked, domain_name(name));
  TRY_OK(check_domain_free(draft, checked));
  Domain alias;
  alias.id = draft.new_id('d');
  alias.company = target.company;
  alias.name = std::move(checked);
  alias.alias_of = target.id;
  alias.cluster = target.cluster;
  alias.created_at = draft.now();
  return add_domain(draft, alias, {});
}

using Names = std::set<std::string>;
Names names_of(const std::vector<std::string>& given) {
  Names made;
  for (const auto& name : given) made.insert(lower(name));
  return made;
}
Names names_of(const std::vector<Domain>& domains) {
  Names made;
  for (const auto& domain : domains) made.insert(domain.name);
  return made;
}

// `objects`: those that are no longer are added.
Result<> put_aliases(Draft& draft, const Domain& domain, const Names& names, std::vector<std::string>& objects) {
  TRY(const auto there, aliases_of_domain(draft.sql, domain.id));
  for (const auto& alias : there) {
    if (names.contains(alias.name)) continue;
    TRY_OK(erase_domain(draft, alias));
    objects.push_back(object::domain(alias.id));
  }
  const auto had = names_of(there);
  for (const auto& name : names)
    if (!had.contains(name)) TRY_OK(create_domain_alias(draft, domain, name));
  return {};
}

// After changes of the domain and of alias domains, of which none comes after all others.
Result<> record_last_of(Draft& draft, const Domain& domain, std::vector<std::string> objects) {
  TRY(const auto aliases, aliases_of_domain(draft.sql, domain.id));
  objects.push_back(object::domain(domain.id));
  for (const auto& alias : aliases) objects.push_back(object::domain(alias.id));
  TRY(const auto current, domain_by_id(draft.sql, domain.id));
  return record_last(draft, change_of_domain(*current, "domain.aliases"), std::move(objects));
}

}  // namespace

Result<> create_domain(Draft& draft, const NewDomain& spec) {
  TRY(const auto company, draft.authority.company(draft.sql, spec.company, Right::Domains));
  TRY(auto name, domain_name(spec.name));
  TRY_OK(check_domain_free(draft, name));
  Domain domain;
  domain.id = draft.new_id('d');
  domain.company = company.id;
  domain.name = std::move(name);
  domain.created_at = draft.now();
  TRY(domain.cluster, choose_cluster(draft.sql, company, spec.cluster));
  const auto& given = spec.settings;
  TRY_OK(apply(domain, given));
  for (const auto& [type, most] : given.limits) domain.limits.of(type) = most;
  domain.is_disabled = given.is_disabled.value_or(false);
  if (given.catch_all) TRY_OK(set_catch_all(draft.sql, domain, *given.catch_all));
  Settings settings;
  TRY_OK(apply(settings, given.more, Level::Domain));
  TRY_OK(tell_company_settings(draft, company, domain.cluster));
  TRY_OK(add_domain(draft, domain, settings));
  if (!given.aliases || given.aliases->empty()) return {};
  std::vector<std::string> objects;
  TRY_OK(put_aliases(draft, domain, names_of(*given.aliases), objects));
  return record_last_of(draft, domain, std::move(objects));
}

Result<> erase_whole_domain(Draft& draft, const std::string& name, bool cascade) {
  TRY(const auto domain, draft.authority.user_domain(draft.sql, name, Right::Domains));
  TRY(const auto aliases, aliases_of_domain(draft.sql, domain.id));
  TRY(const auto users, draft.sql.run("SELECT id FROM users WHERE domain = $1 AND type <> 'alias' ORDER BY folded LIMIT $2", {domain.id, kCascadeMost + 1}));
  if (!cascade && !(users.empty() && aliases.empty()))
    return fail(Fault::Conflict, "the domain " + domain.name + " has mailboxes or aliases: delete them first, or cascade", std::string(code::kDomainNotEmpty));
  if (users.size() + aliases.size() > kCascadeMost)
    return fail(Fault::Refused, "the domain " + domain.name + " has more than " + std::to_string(kCascadeMost) + " mailboxes: delete some first",
                std::string(code::kDomainNotEmpty));
  for (const auto& alias : aliases) TRY_OK(erase_domain(draft, alias, domain.id));
  for (const auto& row : users) {
    TRY(const auto user, user_by_id(draft.sql, row[0].text()));
    TRY_OK(erase_user(draft, domain, *user, domain.id));
  }
  TRY(const auto current, domain_by_id(draft.sql, domain.id));
  return erase_domain(draft, *current);
}

namespace {

Result<DomainView> view(Connection& connection, const Authority& authority, const std::string& name) {
  DomainView made;
  TRY(made.domain, authority.domain(connection, name, Right::See));
  if (!made.domain.catch_all.empty()) {
    TRY(const auto user, user_by_id(connection, made.domain.catch_all));
    if (user) made.catch_all = user->local;
  }
  TRY(const auto aliases, aliases_of_domain(connection, made.domain.id));
  for (const auto& alias : aliases) made.aliases.push_back(alias.name);
  TRY(const bool sees_company, authority.may(connection, made.domain.company, {}, Right::See));
  TRY(const auto company, sees_company ? company_by_id(connection, made.domain.company) : Result<std::optional<Company>>());
  if (company) made.company = company->admin_domain;
  TRY(auto settings, settings_of(connection, made.domain));
  made.own = std::move(settings.own);
  made.effective = std::move(settings.effective);
  TRY(made.is_queued, is_queued(connection, object::domain(made.domain.id)));
  return made;
}

// That a company does not take domains, does not exist or is not to be seen is one answer.
Result<Company> taker(Draft& draft, const Company& from, const std::string& admin_domain) {
  TRY(auto found, company_by_admin_domain(draft.sql, lower(admin_domain)));
  TRY(const auto settings, settings_row(draft.sql, found ? found->id : std::string{}));
  if (found) {
    TRY(const bool may, draft.authority.may(draft.sql, found->id, {}, Right::Domains));
    if (may || std::ranges::find(settings.push_allowed, from.admin_domain) != settings.push_allowed.end()) return std::move(*found);
  }
  return fail(Fault::Refused, "there is no such company, or it takes no domains of yours", std::string(code::kNotTaken));
}

Result<> move_domain(Draft& draft, const std::string& name, const std::string& admin_domain) {
  TRY(const auto domain, draft.authority.user_domain(draft.sql, name, Right::Domains));
  TRY(const auto from, company_by_id(draft.sql, domain.company));
  TRY(const auto company, taker(draft, *from, admin_domain));
  if (company.id == domain.company) return fail(Fault::Conflict, "the domain is that company's already", std::string(code::kBadValue));
  TRY_OK(drop_roles_of_moved(draft, domain, company.path));
  TRY_OK(tell_company_settings(draft, company, domain.cluster));
  TRY(const auto aliases, aliases_of_domain(draft.sql, domain.id));
  std::vector<Domain> all{domain};
  all.insert(all.end(), aliases.begin(), aliases.end());
  for (const auto& one : all) {
    auto after = one;
    after.company = company.id;
    TRY_OK(draft.put(after));
    auto change = change_of_domain(after, "domain.put");
    change.refers.push_back(object::company(domain.company));
    if (!after.catch_all.empty()) change.refers.push_back(object::user(after.catch_all));
    TRY_OK(draft.record(std::move(change), feed::PutDomain{to_feed(after)}));
  }
  // What was deleted in it is the new company's to see.
  TRY_OK(draft.sql.run("UPDATE deleted SET company = $1 WHERE domain = $2", {company.id, domain.id}));
  return {};
}

Result<> push_domain(Draft& draft, const std::string& name, const std::string& admin_domain) {
  TRY(const auto domain, draft.authority.user_domain(draft.sql, name, Right::Domains));
  TRY_OK(move_domain(draft, name, admin_domain));
  TRY(const auto aliases, aliases_of_domain(draft.sql, domain.id));
  return aliases.empty() ? Result<>{} : record_last_of(draft, domain, {});
}

// Takes out what is so already, so that whoever sends back all that they were told needs no right for it.
Result<DomainSettings> without_same(Draft& draft, const Domain& domain, DomainSettings given) {
  if (given.is_disabled == domain.is_disabled) given.is_disabled.reset();
  std::erase_if(given.limits, [&](const auto& limit) { return domain.limits.of(limit.first) == limit.second; });
  if (given.aliases) {
    TRY(const auto aliases, aliases_of_domain(draft.sql, domain.id));
    if (names_of(*given.aliases) == names_of(aliases)) given.aliases.reset();
  }
  if (given.company) {
    TRY(const bool is_seen, draft.authority.may(draft.sql, domain.company, {}, Right::See));
    TRY(const auto company, company_by_id(draft.sql, domain.company));
    if (is_seen && company->admin_domain == lower(*given.company)) given.company.reset();
  }
  return given;
}

}  // namespace

// Where it moves comes last: it may be nobody's to change any more.
Result<> change_domain_settings(Draft& draft, const std::string& name, const DomainSettings& settings) {
  TRY(const auto before, draft.authority.user_domain(draft.sql, name, Right::Settings));
  TRY(const auto given, without_same(draft, before, settings));
  if (given.is_disabled || !given.limits.empty() || given.aliases || given.company) TRY_OK(draft.authority.user_domain(draft.sql, name, Right::Domains));
  auto after = before;
  TRY_OK(apply(after, given));
  for (const auto& [type, most] : given.limits) after.limits.of(type) = most;
  if (given.catch_all) TRY_OK(set_catch_all(draft.sql, after, *given.catch_all));
  TRY(auto row, settings_row(draft.sql, before.id));
  TRY_OK(apply(row, given.more, Level::Domain));
  TRY_OK(change_domain(draft, before, after, row));
  if (given.is_disabled) TRY_OK(set_disabled(draft, after, *given.is_disabled));
  std::vector<std::string> objects;
  if (given.aliases) TRY_OK(put_aliases(draft, before, names_of(*given.aliases), objects));
  if (given.company) TRY_OK(move_domain(draft, name, *given.company));
  return given.aliases || given.company ? record_last_of(draft, before, std::move(objects)) : Result<>{};
}

namespace {

// A place in the list of domains: a company's path and a name, `PATH NAME`. What follows it is the rest of that company and
// the companies behind it; an administrator of domains alone has them all at the beginning, behind no company.
struct Place {
  std::string path;
  std::string name;
};
Place place_of(const std::string& text) {
  const auto space = text.find(' ');
  if (space == text.npos) return {};
  return {text.substr(0, space), text.substr(space + 1)};
}
std::string text_of(const Place& place) { return place.path + " " + place.name; }

// The rows of `rest` behind what `page` has already.
void append(Page<std::string>& page, const std::string& path, const sql::Rows& rows) {
  for (const auto& row : rows) {
    page.rows.push_back(row[0].text());
    page.next = text_of({path.empty() ? row[1].text() : path, row[0].text()});
  }
}

Result<> add_rest_of_company(Connection& connection, const Place& place, std::uint64_t most, Page<std::string>& page) {
  const auto id = place.path.substr(place.path.size() - kIdSize - 1, kIdSize);
  TRY(const auto company, company_by_id(connection, id));
  if (!company || company->path != place.path) return {};  // a place that nobody was given
  TRY(const auto rows, connection.run("SELECT name FROM domains WHERE company = $1 AND name > $2 AND alias_of = '' ORDER BY name LIMIT $3",
                                      {id, place.name, most - page.rows.size()}));
  append(page, place.path, rows);
  return {};
}

// Of all companies whose paths begin with `path`, those that follow `after`.
Result<> add_companies(Connection& connection, const std::string& path, const std::string& after, std::uint64_t most, Page<std::string>& page) {
  // Ids and slashes sort before '~'.
  TRY(const auto rows, connection.run("SELECT d.name, c.path FROM companies c JOIN domains d ON d.company = c.id WHERE c.path >= $1 AND c.path > $2 "
                                      "AND c.path < $3 AND d.alias_of = '' ORDER BY c.path, d.name LIMIT $4",
                                      {path, after, path + "~", most - page.rows.size()}));
  append(page, {}, rows);
  return {};
}

Result<Page<std::string>> names(Connection& connection, const Authority& authority, const From& from) {
  const auto most = std::clamp<std::uint64_t>(from.most, 1, kPageMost);
  const auto place = place_of(from.place);
  Page<std::string> page;
  for (const auto& path : authority.paths()) {
    const bool is_inside = place.path.starts_with(path);
    if (!place.path.empty() && !is_inside && place.path > path) continue;  // all of it was read
    if (is_inside && place.path.size() > kIdSize) TRY_OK(add_rest_of_company(connection, place, most, page));
    if (page.rows.size() < most) TRY_OK(add_companies(connection, path, is_inside ? place.path : std::string{}, most, page));
    if (page.rows.size() == most) return page;
  }
  // Those of an administrator of domains are few, and come all at once.
  for (const auto& id : authority.domains()) {
    TRY(const auto domain, domain_by_id(connection, id));
    if (domain) page.rows.push_back(domain->name);
  }
  page.next.clear();
  return page;
}

}  // namespace

Task<Result<Receipt>> Domains::create(Caller caller, NewDomain spec) {
  return core_->accept(std::move(caller), [spec = std::move(spec)](Draft& draft) { return create_domain(draft, spec); });
}

Task<Result<Receipt>> Domains::change(Caller caller, std::string name, DomainSettings settings) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return change_domain_settings(draft, name, settings); });
}

Task<Result<Receipt>> Domains::erase(Caller caller, std::string name, bool cascade) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return erase_whole_domain(draft, name, cascade); });
}

Task<Result<Receipt>> Domains::restore(Caller caller, std::string name_or_id, std::string new_name) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return restore_domain(draft, name_or_id, new_name); });
}

Task<Result<Receipt>> Domains::push(Caller caller, std::string name, std::string admin_domain) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return push_domain(draft, name, admin_domain); });
}

Task<Result<DomainView>> Domains::get(Caller caller, std::string name) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) { return view(connection, authority, name); });
}

Task<Result<Page<std::string>>> Domains::list(Caller caller, From from) {
  return core_->look(std::move(caller), [from = std::move(from)](Connection& connection, const Authority& authority) { return names(connection, authority, from); });
}

Task<Result<Receipt>> Domains::create_alias(Caller caller, std::string name, std::string alias) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(const auto target, draft.authority.user_domain(draft.sql, name, Right::Domains));
    return create_domain_alias(draft, target, alias);
  });
}

Task<Result<Receipt>> Domains::erase_alias(Caller caller, std::string alias) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(const auto domain, draft.authority.domain(draft.sql, alias, Right::Domains));
    if (domain.alias_of.empty()) return fail(Fault::Refused, "the domain " + domain.name + " is not an alias", std::string(code::kWrongType));
    return erase_domain(draft, domain);
  });
}

Task<Result<Receipt>> Domains::set_disabled(Caller caller, std::string name, bool is_disabled) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(const auto domain, draft.authority.user_domain(draft.sql, name, Right::Domains));
    return control::set_disabled(draft, domain, is_disabled);
  });
}

Task<Result<Receipt>> Domains::set_catch_all(Caller caller, std::string name, std::optional<std::string> local) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(const auto before, draft.authority.user_domain(draft.sql, name, Right::Settings));
    auto after = before;
    TRY_OK(control::set_catch_all(draft.sql, after, local.value_or("")));
    return change_domain(draft, before, after);
  });
}

Task<Result<Receipt>> Domains::set_limits(Caller caller, std::string name, std::vector<std::pair<UserType, std::optional<std::uint64_t>>> limits) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(const auto before, draft.authority.user_domain(draft.sql, name, Right::Domains));
    auto after = before;
    for (const auto& [type, most] : limits) after.limits.of(type) = most;
    return change_domain(draft, before, after);
  });
}

Task<Result<DomainsFound>> Domains::search(Caller caller, DomainSearch search) {
  return core_->look(std::move(caller), [search = std::move(search), now = core_->machine.loop.clock().now()](Connection& connection, const Authority& authority) {
    return search_domains(connection, authority, search, now);
  });
}

Task<Result<DomainCounts>> Domains::count(Caller caller, std::string name) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<DomainCounts> {
    TRY(const auto domain, authority.user_domain(connection, name, Right::See));
    DomainCounts made;
    made.has_catch_all = !domain.catch_all.empty();
    TRY(const auto rows, connection.run("SELECT type, CAST(sum(users) AS BIGINT) FROM user_counts WHERE domain = $1 GROUP BY type", {domain.id}));
    for (const auto& row : rows)
      if (const auto type = parse_user_type(row[0].text())) made.users[static_cast<std::size_t>(*type)] = static_cast<std::uint64_t>(row[1].number());
    return made;
  });
}

namespace {

// `object`: of a mailbox; none: the domain.
Result<> set_role(Draft& draft, const std::string& name, const std::string& local, std::string_view role_name, std::string User::* object, bool is_administrator) {
  TRY(const auto domain, draft.authority.user_domain(draft.sql, name, Right::Roles));
  TRY(const auto user, user_of(draft.sql, domain, local, {UserType::Mailbox}));
  const Role role{user.id, std::string(role_name), object == nullptr ? domain.id : user.*object};
  if (is_administrator) {
    TRY_OK(draft.put(role));
  } else {
    TRY_OK(draft.erase(kRoles, role.id()));
  }
  auto change = change_of_user(domain, user, "role.put");
  change.cluster.clear();
  return draft.record(std::move(change));
}

}  // namespace

Task<Result<Receipt>> Domains::set_administrator(Caller caller, std::string name, std::string local, bool is_administrator) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return set_role(draft, name, local, "domain", nullptr, is_administrator); });
}

Task<Result<Receipt>> Domains::set_mail_administrator(Caller caller, std::string name, std::string local, bool is_administrator) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return set_role(draft, name, local, "mail", nullptr, is_administrator); });
}

Task<Result<Receipt>> Domains::set_workgroup_administrator(Caller caller, std::string name, std::string local, bool is_administrator) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return set_role(draft, name, local, "workgroup", &User::workgroup, is_administrator); });
}

Task<Result<AdministratorView>> Domains::administrator(Caller caller, std::string name, std::string local) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<AdministratorView> {
    TRY(const auto domain, authority.user_domain(connection, name, Right::See));
    TRY(const auto user, user_of(connection, domain, local, {UserType::Mailbox, UserType::Filter}));
    TRY(const auto roles, roles_of(connection, user.id));
    AdministratorView made;
    for (const auto& role : roles) {
      made.of_domain = made.of_domain || (role.role == "domain" && role.object == domain.id);
      made.of_mail = made.of_mail || (role.role == "mail" && role.object == domain.id);
      if (role.role != "workgroup") continue;
      TRY(const auto workgroup, workgroup_by_id(connection, role.object));
      if (workgroup) made.workgroup = workgroup->name;
    }
    return made;
  });
}

}  // namespace postroad::control
