#include "control/authority.h"

#include <algorithm>

#include "control/errors.h"
#include "control/token_rows.h"

namespace postroad::control {
namespace {

constexpr std::string_view kNowhere = "-";  // no path begins so

std::unexpected<Error> no_domain(std::string_view name) {
  return fail(Fault::NotFound, "there is no domain " + std::string(name), std::string(code::kNoDomain));
}
std::unexpected<Error> no_company() { return fail(Fault::NotFound, "there is no such company", std::string(code::kNoCompany)); }
std::unexpected<Error> not_allowed() { return fail(Fault::Refused, "your role does not allow this", std::string(code::kNotAllowed)); }

// The domain's and its company's, if both are there.
Result<bool> place(sql::Connection& connection, std::string_view domain_id, Held& into) {
  TRY(const auto domain, domain_by_id(connection, domain_id));
  TRY(const auto company, company_by_id(connection, domain ? domain->company : std::string{}));
  if (!domain || !company) return false;
  into.domain = domain->id;
  into.company = company->id;
  into.path = company->path;
  return true;
}

}  // namespace

Result<std::optional<Held>> held(sql::Connection& connection, std::string_view role, std::string_view object) {
  Held made{.kind = find_role_kind(role), .company = {}, .path = {}, .domain = {}, .workgroup = {}};
  if (made.kind == nullptr) return std::nullopt;
  bool is_there = false;
  if (made.kind->on == Reaches::Company) {
    TRY(const auto company, company_by_id(connection, object));
    if (!company) return std::nullopt;
    made.company = company->id;
    made.path = company->path;
    return made;
  }
  if (made.kind->on == Reaches::Domain) {
    TRY(is_there, place(connection, object, made));
  } else {
    TRY(const auto workgroup, workgroup_by_id(connection, object));
    TRY(is_there, place(connection, workgroup ? workgroup->domain : std::string{}, made));
    made.workgroup = object;
  }
  if (!is_there) return std::nullopt;
  return made;
}

bool Held::gives(Right right, std::string_view on_path, std::string_view on_domain) const {
  if (!kind->gives(right)) return false;
  if (kind->on == Reaches::Company) return on_path.starts_with(path);
  return kind->on == Reaches::Domain && !on_domain.empty() && on_domain == domain;
}

Result<Authority> Authority::load(sql::Connection& connection, const Caller& caller, Time now) {
  Authority authority;
  authority.id_ = caller.id;
  authority.is_operator_ = caller.is_operator();
  if (authority.is_operator_) {
    authority.paths_.emplace_back();  // every path begins so
    return authority;
  }
  TRY(const auto roles, roles_of(connection, caller.id));
  for (const auto& role : roles) {
    TRY(auto found, held(connection, role.role, role.object));
    if (found) authority.roles_.push_back(std::move(*found));
  }
  TRY_OK(authority.narrow(connection, caller, now));
  authority.gather();
  return authority;
}

// A token that is revoked or has ended gives nothing any more, nor does one whose object is gone.
Result<> Authority::narrow(sql::Connection& connection, const Caller& caller, Time now) {
  if (caller.token.empty()) return {};
  TRY(const auto token, token_by_id(connection, caller.token));
  if (!token || token->holder != caller.id || token->expires_at <= now) {
    roles_.clear();
    return {};
  }
  if (token->role.empty()) return {};
  scope_kind_ = find_role_kind(token->role);
  check(scope_kind_ != nullptr, "a token's role is one");
  if (token->object.empty()) return {};
  TRY(auto object, held(connection, token->role, token->object));
  if (object) scope_ = std::move(*object);
  else roles_.clear();
  return {};
}

void Authority::gather() {
  for (const auto& role : roles_) {
    client_ = role.company;
    if (role.kind->on != Reaches::Company) continue;
    if (own_company_.empty() || role.path.size() < paths_.front().size()) own_company_ = role.company;
    paths_.push_back(role.path);
    std::ranges::sort(paths_, {}, &std::string::size);
  }
  if (!own_company_.empty()) client_ = own_company_;
  // What a token reaches may lie below what its holder does.
  if (scope_kind_ != nullptr && !scope_.path.empty()) {
    if (scope_kind_->on != Reaches::Company) {
      const bool is_seen = holds(scope_.path, scope_.domain, Right::See);
      if (is_seen && scope_kind_->on == Reaches::Domain) domains_.push_back(scope_.domain);
      paths_.clear();
      own_company_.clear();
      return;
    }
    const bool is_below = std::ranges::any_of(paths_, [&](const auto& path) { return scope_.path.starts_with(path); });
    std::erase_if(paths_, [&](const auto& path) { return !path.starts_with(scope_.path); });
    if (is_below) paths_.push_back(scope_.path);
    own_company_ = is_below ? scope_.company : std::string{};
  }
  for (const auto& role : roles_)
    if (role.kind->on == Reaches::Domain && is_in_scope(role.path, role.domain)) domains_.push_back(role.domain);
  std::ranges::sort(domains_);
  domains_.erase(std::ranges::unique(domains_).begin(), domains_.end());
  std::ranges::sort(paths_);
  const auto begin_so = std::ranges::unique(paths_, [](const auto& path, const auto& other) { return other.starts_with(path); });
  paths_.erase(begin_so.begin(), begin_so.end());
}

bool Authority::is_in_scope(std::string_view path, std::string_view domain) const {
  if (scope_kind_ == nullptr || scope_.path.empty()) return true;
  if (scope_kind_->on == Reaches::Company) return path.starts_with(scope_.path);
  return scope_kind_->on == Reaches::Domain && domain == scope_.domain;
}

bool Authority::holds(std::string_view path, std::string_view domain, Right right) const {
  return std::ranges::any_of(roles_, [&](const Held& role) { return role.gives(right, path, domain); });
}

bool Authority::may_in(std::string_view path, std::string_view domain, Right right) const {
  if (is_operator_) return path != kNowhere;
  if (scope_kind_ != nullptr && !scope_kind_->gives(right)) return false;
  return is_in_scope(path, domain) && holds(path, domain, right);
}

Result<bool> Authority::may(sql::Connection& connection, std::string_view company, std::string_view domain, Right right) const {
  TRY(const auto found, company_by_id(connection, company));
  return may_in(found ? std::string_view(found->path) : kNowhere, domain, right);
}

Result<Domain> Authority::domain(sql::Connection& connection, std::string_view name, Right right) const {
  TRY(auto found, domain_by_name(connection, name));
  // The same statements run for a domain that does not exist, so that time does not tell either.
  TRY(const auto company, company_by_id(connection, found ? found->company : std::string{}));
  if (!found || !company || !may_in(company->path, found->id, Right::See)) return no_domain(name);
  if (!may_in(company->path, found->id, right)) return not_allowed();
  return std::move(*found);
}

namespace {

Result<Domain> with_users(sql::Connection& connection, Domain found) {
  if (found.alias_of.empty()) return found;
  TRY(const auto target, domain_by_id(connection, found.alias_of));
  return fail(Fault::Refused, "the domain " + found.name + " is an alias of " + (target ? target->name : "another"), std::string(code::kDomainIsAlias));
}

}  // namespace

Result<Domain> Authority::user_domain(sql::Connection& connection, std::string_view name, Right right) const {
  TRY(auto found, domain(connection, name, right));
  return with_users(connection, std::move(found));
}

std::vector<std::string> Authority::workgroups_in(const Domain& domain, std::string_view path, Right right) const {
  std::vector<std::string> made;
  if (scope_kind_ != nullptr && !scope_kind_->gives(right)) return made;
  const bool is_scoped = scope_kind_ != nullptr && scope_kind_->on == Reaches::Workgroup && !scope_.path.empty();
  if (is_scoped && scope_.domain == domain.id && holds(path, domain.id, right)) return {scope_.workgroup};
  for (const auto& role : roles_) {
    if (role.kind->on != Reaches::Workgroup || role.domain != domain.id || !role.kind->gives(right)) continue;
    if (is_scoped ? role.workgroup == scope_.workgroup : is_in_scope(path, domain.id)) made.push_back(role.workgroup);
  }
  return made;
}

Result<Domain> Authority::domain_of_users(sql::Connection& connection, std::string_view name, Right right) const {
  auto whole = user_domain(connection, name, right);
  if (whole || whole.error().code != code::kNoDomain) return whole;
  TRY(auto found, domain_by_name(connection, name));
  TRY(const auto company, company_by_id(connection, found ? found->company : std::string{}));
  if (!found || !company) return no_domain(name);
  found->only_workgroups = workgroups_in(*found, company->path, Right::See);
  if (found->only_workgroups.empty()) return no_domain(name);
  if (workgroups_in(*found, company->path, right) != found->only_workgroups) return not_allowed();
  return with_users(connection, std::move(*found));
}

Result<Company> Authority::company(sql::Connection& connection, std::string_view name, Right right) const {
  if (name.contains('.')) return company_of(connection, name, right);
  TRY(auto found, company_by_id(connection, name.empty() ? std::string_view(own_company_) : name));
  if (!found && name.empty() && !domains_.empty()) return not_allowed();
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

Result<> Authority::check_grant(sql::Connection& connection, const Role& role) const {
  if (is_operator_) return {};
  TRY(const auto object, held(connection, role.role, role.object));
  if (!object) return {};  // of what is gone: it gives nothing
  if (!may_in(object->path, object->domain, Right::Roles)) return not_allowed();
  for (std::size_t right = 0; right < kRights; ++right)
    if (object->kind->rights[right] && !may_in(object->path, object->domain, static_cast<Right>(right))) return not_allowed();
  return {};
}

Result<> Authority::check_credentials(sql::Connection& connection, std::string_view holder) const {
  if (is_operator_ || (holder == id_ && scope_kind_ == nullptr)) return {};
  TRY(const auto roles, roles_of(connection, holder));
  for (const auto& role : roles) TRY_OK(check_grant(connection, role));
  return {};
}

}  // namespace postroad::control
