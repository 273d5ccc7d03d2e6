#include "control/administrators.h"

#include <algorithm>

#include "base/text.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/names.h"
#include "control/second_factor_rows.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

NewChange change_of_administrator(const Company& company, const Administrator& administrator, std::string_view kind) {
  return {.kind = std::string(kind), .subject = administrator.local + "@" + company.admin_domain, .cluster = {}, .company = company.id, .domain = {},
          .writes = {object::user(administrator.id), object::local_part(company.id, administrator.local)}, .refers = {object::company(company.id)}, .is_end = false};
}

Result<Administrator> administrator_of(Connection& connection, const Company& company, std::string_view local) {
  TRY(auto found, administrator_by_local(connection, company.id, local));
  if (found) return std::move(*found);
  return fail(Fault::NotFound, "there is no such administrator of " + company.name, std::string(code::kNoUser));
}

Result<> erase_rows(Draft& draft, const Administrator& administrator) {
  TRY_OK(draft.erase(kAdministrators, administrator.id));
  TRY(const auto roles, roles_of(draft.sql, administrator.id));
  for (const auto& role : roles) TRY_OK(draft.erase(kRoles, role.id()));
  return forget_sign_in(draft, administrator.id);
}

Result<> erase_one(Draft& draft, const Company& company, const Administrator& administrator) {
  TRY_OK(erase_rows(draft, administrator));
  auto change = change_of_administrator(company, administrator, "administrator.delete");
  change.is_end = true;
  return draft.record(std::move(change));
}

struct Named {
  Company company;
  Administrator administrator;
};
// Oneself, whatever one sees, or, with the right on its company, another.
Result<Named> find_named(Connection& connection, const Authority& authority, const Caller& caller, const std::string& name, const std::string& local, Right right) {
  if (authority.has_roles() && caller.name == lower(local) + "@" + name) {
    TRY(const auto company, company_by_admin_domain(connection, name));
    TRY(const auto found, administrator_by_local(connection, company ? company->id : std::string{}, local));
    if (found && found->id == caller.id) return Named{*company, *found};
  }
  TRY(auto company, authority.company(connection, name, right));
  TRY(auto administrator, administrator_of(connection, company, local));
  return Named{std::move(company), std::move(administrator)};
}

Result<> set_password_row(Draft& draft, const std::string& company_name, const std::string& local, const std::string& hash) {
  TRY(auto found, find_named(draft.sql, draft.authority, draft.caller(), company_name, local, Right::Companies));
  found.administrator.password_hash = hash;
  TRY_OK(draft.put(found.administrator));
  return draft.record(change_of_administrator(found.company, found.administrator, "administrator.password"));
}

Result<AdministratorLine> line_of(Connection& connection, const Company& company, const Administrator& administrator) {
  AdministratorLine line{administrator.local, {}, false, administrator.created_at};
  TRY(const auto factor, second_factor_of(connection, administrator.id));
  line.has_second_factor = factor && factor->is_confirmed;
  TRY(const auto roles, roles_of(connection, administrator.id));
  for (const auto& role : roles)
    if (role.object == company.id) line.roles.push_back(role.role);
  return line;
}

// One of them, by its address.
Result<Page<AdministratorLine>> one_line(Connection& connection, const Authority& authority, const Caller& caller, const std::string& address) {
  const auto at = address.rfind('@');
  TRY(const auto found, find_named(connection, authority, caller, address.substr(at + 1), address.substr(0, at), Right::Audit));
  TRY(auto line, line_of(connection, found.company, found.administrator));
  return Page<AdministratorLine>{{std::move(line)}, {}};
}

Result<Page<AdministratorLine>> lines(Connection& connection, const Authority& authority, const std::string& name, const From& from) {
  TRY(const auto company, authority.company(connection, name, Right::Audit));
  const auto most = std::clamp<std::uint64_t>(from.most, 1, kPageMost);
  TRY(const auto rows, connection.run("SELECT a.id, a.local, a.created_at, coalesce(s.is_confirmed, 0) FROM administrators a LEFT JOIN second_factors s ON s.id = a.id "
                                      "WHERE a.company = $1 AND a.local > $2 ORDER BY a.local LIMIT $3", {company.id, from.place, most}));
  Page<AdministratorLine> page;
  for (const auto& row : rows) {
    AdministratorLine line{row[1].text(), {}, row[3].number() != 0, to_time(row[2].number())};
    TRY(const auto roles, roles_of(connection, row[0].text()));
    for (const auto& role : roles)
      if (role.object == company.id) line.roles.push_back(role.role);
    page.rows.push_back(std::move(line));
  }
  if (rows.size() == most) page.next = page.rows.back().local;
  return page;
}

}  // namespace

Result<> put_administrator_row(Draft& draft, const NewAdministrator& spec, const std::string& hash, bool may_exist) {
  TRY(const auto company, draft.authority.company(draft.sql, spec.company, Right::Companies));
  TRY(const auto name, local_part(spec.local));
  TRY(auto there, administrator_by_local(draft.sql, company.id, name));
  if (there && !may_exist)
    return fail(Fault::Conflict, there->local + "@" + company.admin_domain + " exists already", std::string(code::kAdministratorExists));
  const auto* const kind = find_role_kind(spec.role);
  if (!spec.role.empty() && (kind == nullptr || kind->on != Reaches::Company))
    return fail(Fault::Refused, "there is no role '" + spec.role + "' of companies", std::string(code::kBadValue));
  TRY(const auto count, sql::run_one(draft.sql, "SELECT count(*) FROM administrators WHERE company = $1", {company.id}));
  if (!there && count[0].number() >= static_cast<std::int64_t>(kAdministratorsMost))
    return fail(Fault::Refused, "a company has at most " + std::to_string(kAdministratorsMost) + " administrators", std::string(code::kOverLimit));
  auto administrator = there ? std::move(*there) : Administrator{draft.new_id('p'), company.id, lower(name), {}, draft.now()};
  administrator.password_hash = hash;
  TRY_OK(draft.put(administrator));
  if (!spec.role.empty()) TRY_OK(draft.put(Role{administrator.id, spec.role, company.id}));
  return draft.record(change_of_administrator(company, administrator, "administrator.put"));
}

Result<> erase_administrators(Draft& draft, const Company& company, NewChange& change) {
  TRY(const auto rows, draft.sql.run("SELECT local FROM administrators WHERE company = $1 ORDER BY local", {company.id}));
  for (const auto& row : rows) {
    TRY(const auto administrator, administrator_of(draft.sql, company, row[0].text()));
    TRY_OK(erase_rows(draft, administrator));
    change.writes.push_back(object::user(administrator.id));
    change.writes.push_back(object::local_part(company.id, administrator.local));
  }
  return {};
}

// A deletion that is taken back brings them not back: better to enrol again than to let in by what was thought gone.
Result<> forget_sign_in(Draft& draft, const std::string& holder) {
  TRY_OK(draft.sql.run("DELETE FROM tokens WHERE holder = $1", {holder}));
  TRY_OK(draft.sql.run("DELETE FROM second_factors WHERE id = $1", {holder}));
  TRY_OK(draft.sql.run("DELETE FROM recovery_codes WHERE holder = $1", {holder}));
  return {};
}

Task<Result<Receipt>> Administrators::create(Caller caller, NewAdministrator spec, std::string password) {
  // A request that will be refused is refused before its password costs a hash.
  CO_TRY_OK(co_await core_->look(caller, [spec](Connection& connection, const Authority& authority) {
    return authority.company(connection, lower(spec.company), Right::Companies);
  }));
  CO_TRY(const auto hash, co_await core_->hash_password(std::move(password)));
  spec.company = lower(spec.company);
  co_return co_await core_->accept(std::move(caller), [=](Draft& draft) { return put_administrator_row(draft, spec, hash, false); });
}

Task<Result<Receipt>> Administrators::set_password(Caller caller, std::string company, std::string local, std::string password) {
  CO_TRY_OK(co_await core_->look(caller, [=](Connection& connection, const Authority& authority) {
    return find_named(connection, authority, caller, lower(company), local, Right::Companies);
  }));
  CO_TRY(const auto hash, co_await core_->hash_password(std::move(password)));
  co_return co_await core_->accept(std::move(caller), [=](Draft& draft) { return set_password_row(draft, lower(company), local, hash); });
}

Task<Result<Receipt>> Administrators::erase(Caller caller, std::string company, std::string local) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(const auto found, draft.authority.company(draft.sql, lower(company), Right::Companies));
    TRY(const auto administrator, administrator_of(draft.sql, found, local));
    if (administrator.id == draft.caller().id) return fail(Fault::Refused, "nobody deletes themselves: ask another administrator", std::string(code::kNotAllowed));
    return erase_one(draft, found, administrator);
  });
}

Task<Result<Page<AdministratorLine>>> Administrators::list(Caller caller, std::string company, From from) {
  return core_->look(caller, [=](Connection& connection, const Authority& authority) {
    return company.contains('@') ? one_line(connection, authority, caller, lower(company)) : lines(connection, authority, lower(company), from);
  });
}

}  // namespace postroad::control
