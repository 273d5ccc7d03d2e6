#include "control/authority.h"

#include <algorithm>

#include "control/errors.h"

namespace postroad::control {
namespace {

// What each role gives, on its object and on all below it.
struct Rights {
  Right right;
  bool of_company;
  bool of_domain;
};
constexpr Rights kRights[] = {
    // right          company domain
    {Right::See,       true,  true},
    {Right::Users,     true,  true},
    {Right::Settings,  true,  true},
    {Right::Roles,     true,  true},
    {Right::Domains,   true,  false},
    {Right::Companies, true,  false},
};

const Rights& rights_of(Right right) { return kRights[static_cast<std::size_t>(right)]; }

std::unexpected<Error> no_domain(std::string_view name) {
  return fail(Fault::NotFound, "there is no domain " + std::string(name), std::string(code::kNoDomain));
}
std::unexpected<Error> no_company() { return fail(Fault::NotFound, "there is no such company", std::string(code::kNoCompany)); }
std::unexpected<Error> not_allowed() { return fail(Fault::Refused, "your role does not allow this", std::string(code::kNotAllowed)); }

}  // namespace

Result<Authority> Authority::load(sql::Connection& connection, const Caller& caller) {
  Authority authority;
  if (caller.is_operator()) {
    authority.paths_.emplace_back();  // every path begins so
    return authority;
  }
  TRY(const auto roles, roles_of(connection, caller.id));
  for (const auto& role : roles) {
    if (role.role == "domain") {
      TRY(const auto domain, domain_by_id(connection, role.object));
      if (!domain) continue;
      authority.domains_.push_back(domain->id);
      authority.client_ = domain->company;
    }
    if (role.role != "company") continue;
    TRY(const auto company, company_by_id(connection, role.object));
    if (!company) continue;
    authority.paths_.push_back(company->path);
    authority.own_company_ = company->id;
    authority.client_ = company->id;
  }
  auto& paths = authority.paths_;
  std::ranges::sort(paths);
  const auto begin_so = std::ranges::unique(paths, [](const auto& path, const auto& other) { return other.starts_with(path); });
  paths.erase(begin_so.begin(), begin_so.end());
  return authority;
}

bool Authority::may_in(std::string_view path, std::string_view domain, Right right) const {
  const auto& given = rights_of(right);
  if (given.of_company && std::ranges::any_of(paths_, [&](const auto& own) { return path.starts_with(own); })) return true;
  return given.of_domain && !domain.empty() && std::ranges::any_of(domains_, [&](const auto& own) { return own == domain; });
}

Result<bool> Authority::may(sql::Connection& connection, std::string_view company, std::string_view domain, Right right) const {
  TRY(const auto found, company_by_id(connection, company));
  return may_in(found ? found->path : std::string("-"), domain, right);
}

Result<Domain> Authority::domain(sql::Connection& connection, std::string_view name, Right right) const {
  TRY(auto found, domain_by_name(connection, name));
  // The same statements run for a domain that does not exist, so that time does not tell either.
  TRY(const auto company, company_by_id(connection, found ? found->company : std::string{}));
  if (!found || !company || !may_in(company->path, found->id, Right::See)) return no_domain(name);
  if (!may_in(company->path, found->id, right)) return not_allowed();
  return std::move(*found);
}

Result<Domain> Authority::user_domain(sql::Connection& connection, std::string_view name, Right right) const {
  TRY(auto found, domain(connection, name, right));
  if (found.alias_of.empty()) return found;
  TRY(const auto target, domain_by_id(connection, found.alias_of));
  return fail(Fault::Refused, "the domain " + found.name + " is an alias of " + (target ? target->name : "another"), std::string(code::kDomainIsAlias));
}

Result<Company> Authority::company(sql::Connection& connection, std::string_view id, Right right) const {
  TRY(auto found, company_by_id(connection, id.empty() ? std::string_view(own_company_) : id));
  if (!found && id.empty() && !domains_.empty()) return not_allowed();
  if (!found || !may_in(found->path, {}, Right::See)) return no_company();
  if (!may_in(found->path, {}, right)) return not_allowed();
  return std::move(*found);
}

Result<Company> Authority::company_of(sql::Connection& connection, std::string_view admin_domain, Right right) const {
  TRY(auto found, company_by_admin_domain(connection, admin_domain));
  if (!found || !may_in(found->path, {}, Right::See)) return no_company();
  if (!may_in(found->path, {}, right)) return not_allowed();
  return std::move(*found);
}

}  // namespace postroad::control
