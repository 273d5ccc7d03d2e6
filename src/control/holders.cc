#include "control/holders.h"

#include "control/audit_rows.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/names.h"

namespace postroad::control {

Result<Holder> holder_by_name(sql::Connection& connection, const Authority& authority, const std::string& user, const std::string& domain_name, Right right) {
  if (is_reserved_domain(domain_name)) {
    TRY(const auto company, authority.company(connection, domain_name, right));
    TRY(const auto administrator, administrator_by_local(connection, company.id, user));
    if (!administrator) return fail(Fault::NotFound, "there is no such administrator of " + company.name, std::string(code::kNoUser));
    const auto name = administrator->local + "@" + company.admin_domain;
    return Holder{administrator->id, name, false,
                  {.kind = {}, .subject = name, .cluster = {}, .company = company.id, .domain = {},
                   .writes = {object::user(administrator->id)}, .refers = {object::company(company.id)}, .is_end = false}};
  }
  TRY(const auto domain, authority.user_domain(connection, domain_name, right));
  TRY(const auto found, user_of(connection, domain, user, {UserType::Mailbox}));
  auto change = change_of_user(domain, found, {});
  change.cluster.clear();
  return Holder{found.id, address_of(domain, found), true, std::move(change)};
}

Result<std::string> holder_name(sql::Connection& connection, std::string_view id) {
  TRY(const auto rows, connection.run("SELECT a.local || '@' || c.admin_domain FROM administrators a JOIN companies c ON c.id = a.company WHERE a.id = $1 UNION ALL "
                                      "SELECT u.local || '@' || d.name FROM users u JOIN domains d ON d.id = u.domain WHERE u.id = $1 AND d.is_disabled = 0", {id}));
  return rows.empty() ? std::string{} : rows[0][0].text();
}

Result<> audit_holder(sql::Connection& connection, const Caller& caller, Time now, const Holder& holder, std::string_view kind, std::vector<FieldChange> fields) {
  TRY(auto path, company_path(connection, holder.change.company, {}));
  return write_audit(connection, caller, now, {std::string(kind), holder.name, object::user(holder.id), std::move(path), holder.change.domain, {}, std::move(fields)});
}

}  // namespace postroad::control
