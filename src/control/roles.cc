#include "control/roles.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/holders.h"
#include "control/names.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

Result<Holder> find_holder(Connection& connection, const Authority& authority, const std::string& user, const std::string& domain, Right right) {
  TRY(auto made, holder_by_name(connection, authority, user, domain, right));
  made.change.kind = "role.put";
  return made;
}

}  // namespace

Result<std::string> role_object(Connection& connection, const Authority& authority, const RoleKind& kind, const std::string& name, NewChange& change) {
  if (kind.on == Reaches::Company) {
    TRY(const auto company, authority.company(connection, lower(name), Right::See));
    change.refers.push_back(object::company(company.id));
    return company.id;
  }
  const auto slash = name.find('/');
  TRY(const auto domain, authority.user_domain(connection, name.substr(0, slash), Right::See));
  change.refers.push_back(object::domain(domain.id));
  if (kind.on == Reaches::Domain) return slash == name.npos ? Result<std::string>(domain.id) : fail(Fault::Refused, "the role is held on a domain", std::string(code::kBadValue));
  if (slash == name.npos) return fail(Fault::Refused, "the role is held on a workgroup: domain/workgroup", std::string(code::kBadValue));
  TRY(const auto workgroup, workgroup_of(connection, domain, name.substr(slash + 1)));
  change.refers.push_back(object::workgroup(workgroup.id));
  return workgroup.id;
}

namespace {

Result<Role> find_role(Connection& connection, const Authority& authority, Holder& holder, const Grant& grant) {
  const auto* const kind = find_role_kind(grant.role);
  if (kind == nullptr) return fail(Fault::Refused, "there is no role '" + grant.role.substr(0, 64) + "'", std::string(code::kBadValue));
  if (kind->on == Reaches::Company && holder.is_mailbox)
    return fail(Fault::Refused, "a role on a company is for administrators of an .adm domain", std::string(code::kBadValue));
  TRY(auto object, role_object(connection, authority, *kind, grant.object, holder.change));
  return Role{holder.id, grant.role, std::move(object)};
}

Result<> put_role(Draft& draft, Holder& holder, const Grant& grant) {
  TRY(const auto role, find_role(draft.sql, draft.authority, holder, grant));
  TRY(const auto count, sql::run_one(draft.sql, "SELECT count(*) FROM roles WHERE holder = $1", {holder.id}));
  if (count[0].number() >= static_cast<std::int64_t>(kRolesMost))
    return fail(Fault::Refused, "one holds at most " + std::to_string(kRolesMost) + " roles", std::string(code::kOverLimit));
  return draft.put(role);
}

Result<> set_roles(Draft& draft, const std::string& user, const std::string& domain, const std::vector<Grant>& grants) {
  TRY(auto holder, find_holder(draft.sql, draft.authority, user, domain, Right::Roles));
  TRY(const auto before, roles_of(draft.sql, holder.id));
  for (const auto& role : before) TRY_OK(draft.erase(kRoles, role.id()));
  for (const auto& grant : grants) TRY_OK(put_role(draft, holder, grant));
  return draft.record(std::move(holder.change));
}

// The name of what a role is on, where the caller sees it; else nothing.
Result<std::string> object_name(Connection& connection, const Authority& authority, const Role& role) {
  TRY(const auto object, held(connection, role.role, role.object));
  if (!object || !authority.may_in(object->path, object->domain, Right::See)) return std::string{};
  if (object->domain.empty()) {
    TRY(const auto company, company_by_id(connection, object->company));
    return company->admin_domain;
  }
  TRY(const auto domain, domain_by_id(connection, object->domain));
  if (object->workgroup.empty()) return domain->name;
  TRY(const auto workgroup, workgroup_by_id(connection, object->workgroup));
  return domain->name + "/" + workgroup->name;
}

Result<std::vector<Grant>> grants_of(Connection& connection, const Authority& authority, const std::string& user, const std::string& domain) {
  TRY(const auto holder, find_holder(connection, authority, user, domain, Right::See));
  TRY(const auto roles, roles_of(connection, holder.id));
  std::vector<Grant> made;
  for (const auto& role : roles) {
    TRY(auto name, object_name(connection, authority, role));
    if (!name.empty()) made.push_back({role.role, std::move(name)});
  }
  return made;
}

// Roles with what they are on and who holds them, from the object: its company's path, its domain, its name.
constexpr std::string_view kHolders =
    " LEFT JOIN administrators a ON a.id = r.holder LEFT JOIN companies ac ON ac.id = a.company LEFT JOIN users u ON u.id = r.holder "
    "LEFT JOIN domains ud ON ud.id = u.domain LEFT JOIN companies uc ON uc.id = ud.company WHERE ";
constexpr std::string_view kHolderColumns =
    ", coalesce(a.local || '@' || ac.admin_domain, u.local || '@' || ud.name, ''), coalesce(ac.path, uc.path, ''), coalesce(ud.id, ''), r.role FROM ";
struct ObjectRows {
  std::string_view columns;
  std::string_view tables;
  std::string_view domain;  // the column of its domain's id; empty: none
};
constexpr ObjectRows kObjects[] = {
    {"SELECT c.path, '', c.admin_domain", "companies c JOIN roles r ON r.object = c.id", {}},
    {"SELECT c.path, d.id, d.name", "companies c JOIN domains d ON d.company = c.id JOIN roles r ON r.object = d.id", "d.id"},
    {"SELECT c.path, d.id, d.name || '/' || w.name", "companies c JOIN domains d ON d.company = c.id JOIN workgroups w ON w.domain = d.id JOIN roles r ON r.object = w.id", "d.id"},
};
constexpr std::size_t kAdminsMost = 100'000;  // that one search looks at

using ByAdmin = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;  // (user, role) -> objects

Result<> add_admins(Connection& connection, const Authority& authority, const ObjectRows& from, const AdminSearch& search, ByAdmin& into) {
  std::vector<std::string> texts;
  auto condition = path_condition("c.path", authority.paths(), false, texts);
  if (!from.domain.empty()) {
    for (const auto& domain : authority.domains()) {
      texts.push_back(domain);
      condition += " OR " + std::string(from.domain) + " = $" + std::to_string(texts.size());
    }
  }
  texts.push_back(search.role);
  const auto role = "$" + std::to_string(texts.size());
  const std::vector<sql::Argument> arguments(texts.begin(), texts.end());
  TRY(const auto rows, connection.run(std::string(from.columns) + std::string(kHolderColumns) + std::string(from.tables) + std::string(kHolders) + "(" + condition + ") AND (" +
                                          role + " = '' OR r.role = " + role + ") LIMIT " + std::to_string(kAdminsMost), arguments));
  for (const auto& row : rows) {
    const bool is_shown = authority.may_in(row[0].text(), row[1].text(), Right::Audit) && !row[3].text().empty() &&
                          authority.may_in(row[4].text(), row[5].text(), Right::See) && is_match(row[3].text(), search.match);
    if (is_shown) into[{lower(row[3].text()), row[6].text()}].push_back(row[2].text());
  }
  return {};
}

Result<Sorted<AdminLine>> find_admins(Connection& connection, const Authority& authority, const AdminSearch& search) {
  ByAdmin found;
  for (const auto& from : kObjects) TRY_OK(add_admins(connection, authority, from, search, found));
  Sorted<AdminLine> made;
  made.total = found.size();
  std::vector<AdminLine> lines;
  for (auto& [admin, objects] : found) {
    std::ranges::sort(objects);
    lines.push_back({admin.first, admin.second, std::move(objects)});
  }
  if (search.is_descending) std::ranges::reverse(lines);
  const auto first = std::min<std::uint64_t>(search.range.first, lines.size());
  const auto count = std::min({search.range.limit, kRangeMost, lines.size() - first});
  made.rows.assign(std::make_move_iterator(lines.begin() + static_cast<std::ptrdiff_t>(first)),
                   std::make_move_iterator(lines.begin() + static_cast<std::ptrdiff_t>(first + count)));
  return made;
}

}  // namespace

Result<> drop_roles_of_moved(Draft& draft, const Domain& domain, const std::string& new_path) {
  constexpr std::string_view kOnIt =
      "SELECT r.id, r.holder, coalesce(ac.path, '') FROM roles r LEFT JOIN users u ON u.id = r.holder LEFT JOIN administrators a ON a.id = r.holder "
      "LEFT JOIN companies ac ON ac.id = a.company WHERE (r.object = $1 OR r.object IN (SELECT id FROM workgroups WHERE domain = $1)) AND coalesce(u.domain, '') <> $1";
  // Roles are few beside users: from them to who holds them.
  constexpr std::string_view kOfIt =
      "SELECT r.id, r.holder, '' FROM roles r CROSS JOIN users u WHERE u.id = r.holder AND u.domain = $1 AND r.object <> $1 "
      "AND r.object NOT IN (SELECT id FROM workgroups WHERE domain = $1)";
  for (const auto statement : {kOnIt, kOfIt}) {
    TRY(const auto rows, draft.sql.run(statement, {domain.id}));
    for (const auto& row : rows) {
      const auto& path = row[2].text();
      if (!path.empty() && new_path.starts_with(path)) continue;
      TRY_OK(draft.erase(kRoles, row[0].text()));
      NewChange change{.kind = "role.put", .subject = domain.name, .cluster = {}, .company = domain.company, .domain = domain.id,
                       .writes = {object::user(row[1].text())}, .refers = {object::domain(domain.id)}, .is_end = false};
      TRY_OK(draft.record(std::move(change)));
    }
  }
  return {};
}

Task<Result<Receipt>> Roles::set(Caller caller, std::string user, std::string domain, std::vector<Grant> grants) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return set_roles(draft, lower(user), lower(domain), grants); });
}

Task<Result<Receipt>> Roles::add(Caller caller, std::string user, std::string domain, Grant grant) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(auto holder, find_holder(draft.sql, draft.authority, lower(user), lower(domain), Right::Roles));
    TRY_OK(put_role(draft, holder, grant));
    return draft.record(std::move(holder.change));
  });
}

Task<Result<Receipt>> Roles::remove(Caller caller, std::string user, std::string domain, Grant grant) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(auto holder, find_holder(draft.sql, draft.authority, lower(user), lower(domain), Right::Roles));
    TRY(const auto role, find_role(draft.sql, draft.authority, holder, grant));
    TRY_OK(draft.erase(kRoles, role.id()));
    return draft.record(std::move(holder.change));
  });
}

Task<Result<std::vector<Grant>>> Roles::of(Caller caller, std::string user, std::string domain) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) { return grants_of(connection, authority, lower(user), lower(domain)); });
}

Task<Result<Sorted<AdminLine>>> Roles::search(Caller caller, AdminSearch search) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) { return find_admins(connection, authority, search); });
}

}  // namespace postroad::control
