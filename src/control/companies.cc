#include "control/companies.h"

#include "base/text.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/names.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

constexpr std::size_t kDepthMost = 8;

NewChange change_of_company(const Company& company, std::string_view kind) {
  return {.kind = std::string(kind), .subject = company.name, .cluster = {}, .company = company.id, .domain = {},
          .writes = {object::company(company.id)}, .refers = {}, .is_end = false};
}

Result<> create_company(Draft& draft, const NewCompany& spec) {
  Company company{.id = draft.new_id('o'), .parent = {}, .path = {}, .name = {}, .admin_domain = {}, .cluster = spec.cluster, .created_at = draft.now()};
  if (!spec.parent.empty()) {
    TRY(const auto parent, draft.authority.company(draft.sql, spec.parent, Right::Companies));
    company.parent = parent.id;
    company.path = parent.path;
  } else if (draft.authority.paths() != std::vector<std::string>{""}) {
    return fail(Fault::Refused, "your role does not allow this", std::string(code::kNotAllowed));
  }
  company.path += company.id + "/";
  if (company.path.size() > kDepthMost * (kIdSize + 1))
    return fail(Fault::Refused, "companies nest at most " + std::to_string(kDepthMost) + " deep", std::string(code::kOverLimit));
  TRY(company.name, one_line(spec.name, "the company's name"));
  TRY(company.admin_domain, admin_domain_name(spec.admin_domain));
  TRY(const auto there, company_by_admin_domain(draft.sql, company.admin_domain));
  if (there) return fail(Fault::Conflict, "the administrators' domain " + company.admin_domain + " is not available", std::string(code::kCompanyExists));
  TRY_OK(draft.put(company));
  auto change = change_of_company(company, "company.put");
  if (!company.parent.empty()) change.refers.push_back(object::company(company.parent));
  return draft.record(std::move(change));
}

Result<> put_admin(Draft& draft, const std::string& admin_domain, const std::string& local, const std::string& hash) {
  TRY(const auto company, draft.authority.company_of(draft.sql, lower(admin_domain), Right::Companies));
  TRY(const auto name, local_part(local));
  TRY(auto there, administrator_by_local(draft.sql, company.id, name));
  auto administrator = there ? std::move(*there) : Administrator{draft.new_id('p'), company.id, lower(name), {}, draft.now()};
  administrator.password_hash = hash;
  TRY_OK(draft.put(administrator));
  TRY_OK(draft.put(Role{administrator.id, "company", company.id}));
  auto change = change_of_company(company, "administrator.put");
  change.subject = administrator.local + "@" + company.admin_domain;
  change.writes = {object::user(administrator.id)};
  change.refers = {object::company(company.id)};
  return draft.record(std::move(change));
}

}  // namespace

Task<Result<Company>> Companies::create(Caller caller, NewCompany spec) {
  CO_TRY_OK(co_await core_->accept(caller, [spec](Draft& draft) { return create_company(draft, spec); }));
  co_return co_await find(std::move(caller), lower(spec.admin_domain));
}

Task<Result<Company>> Companies::find(Caller caller, std::string admin_domain) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) {
    return authority.company_of(connection, lower(admin_domain), Right::See);
  });
}

Task<Result<>> Companies::put_administrator(Caller caller, std::string admin_domain, std::string local, std::string password) {
  CO_TRY(const auto hash, co_await core_->hash_password(std::move(password)));
  CO_TRY_OK(co_await core_->accept(std::move(caller), [=](Draft& draft) { return put_admin(draft, admin_domain, local, hash); }));
  co_return Result<>{};
}

}  // namespace postroad::control
