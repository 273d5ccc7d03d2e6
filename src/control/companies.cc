#include "control/companies.h"

#include <algorithm>

#include "base/text.h"
#include "control/administrators.h"
#include "control/brands.h"
#include "control/bulletins.h"
#include "control/company_drafts.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/limits.h"
#include "control/names.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

constexpr std::size_t kDepthMost = 8;

std::unexpected<Error> not_allowed() { return fail(Fault::Refused, "your role does not allow this", std::string(code::kNotAllowed)); }

NewChange change_of_company(const Company& company, std::string_view kind) {
  return {.kind = std::string(kind), .subject = company.admin_domain, .cluster = {}, .company = company.id, .domain = {},
          .writes = {object::company(company.id)}, .refers = {}, .is_end = false};
}

Result<std::string> checked_cluster(Connection& connection, const std::string& cluster) {
  if (cluster.empty()) return cluster;
  TRY(const auto rows, connection.run("SELECT name FROM clusters WHERE name = $1", {cluster}));
  if (rows.empty()) return fail(Fault::NotFound, "there is no cluster " + cluster, std::string(code::kNoCluster));
  return cluster;
}

Result<> put_limits(Draft& draft, const Company& company, const LimitSettings& settings) {
  TRY(auto has, allotment_of(draft.sql, company.id));
  for (const auto& [resource, most] : settings) {
    if (most && *most > kLimitMost) return fail(Fault::Refused, "the limit is too large: leave it out", std::string(code::kBadValue));
    has.limits.of(resource) = most;
  }
  CompanyLimitRow row{company.id, has.limits};
  TRY_OK(draft.put(row));
  auto change = change_of_company(company, "company.limits");
  change.writes = {object::company_limits(company.id)};
  return draft.record(std::move(change));
}

// Its settings last: its clusters are told of them.
Result<> put_more(Draft& draft, const Company& company, const MoreOfCompany& more) {
  if (more.contacts || more.stats_mailout) TRY_OK(change_contacts(draft, company, more.contacts, more.stats_mailout));
  return sets_anything(more.settings) ? change_company_settings(draft, company, more.settings) : Result<>{};
}

// Where the new company hangs.
Result<> place_under(Draft& draft, const std::string& wanted, Company& company) {
  if (wanted.empty() && draft.authority.is_operator()) return {};
  TRY(const auto parent, draft.authority.company(draft.sql, wanted, Right::Companies));
  company.parent = parent.id;
  company.path = parent.path;
  return {};
}

Result<> create_company(Draft& draft, const NewCompany& spec) {
  Company company{.id = draft.new_id('o'), .parent = {}, .path = {}, .name = {}, .admin_domain = {}, .cluster = {}, .created_at = draft.now()};
  TRY_OK(place_under(draft, spec.parent, company));
  company.path += company.id + "/";
  if (company.path.size() > kDepthMost * (kIdSize + 1))
    return fail(Fault::Refused, "companies nest at most " + std::to_string(kDepthMost) + " deep", std::string(code::kOverLimit));
  TRY(company.name, company_name(spec.name));
  TRY(company.admin_domain, admin_domain_name(spec.admin_domain));
  TRY(company.cluster, checked_cluster(draft.sql, spec.cluster));
  TRY(const auto there, company_by_admin_domain(draft.sql, company.admin_domain));
  if (there) return fail(Fault::Conflict, "the administrators' domain " + company.admin_domain + " is not available", std::string(code::kCompanyExists));
  TRY_OK(draft.put(company));
  auto change = change_of_company(company, "company.put");
  change.writes.push_back(object::admin_domain(company.admin_domain));
  if (!company.parent.empty()) change.refers.push_back(object::company(company.parent));
  TRY_OK(draft.record(std::move(change)));
  if (!spec.limits.empty()) TRY_OK(put_limits(draft, company, spec.limits));
  return put_more(draft, company, spec.more);
}

// The company, if the caller administers the one above it too: what decides on it is not its own.
Result<Company> company_from_above(Draft& draft, const std::string& name) {
  TRY(auto company, draft.authority.company(draft.sql, name, Right::Companies));
  if (company.parent.empty() ? draft.authority.is_operator() : false) return company;
  TRY(const bool is_above, draft.authority.may(draft.sql, company.parent, {}, Right::Companies));
  if (!is_above) return not_allowed();
  return company;
}

// What it has already is nobody's to allow.
Result<> change_limits(Draft& draft, const Company& company, const LimitSettings& limits) {
  TRY(const auto has, allotment_of(draft.sql, company.id));
  if (std::ranges::all_of(limits, [&](const auto& limit) { return has.limits.of(limit.first) == limit.second; })) return {};
  TRY(const auto found, company_from_above(draft, company.id));
  return put_limits(draft, found, limits);
}

Result<> change_company(Draft& draft, const std::string& name, const CompanySettings& settings) {
  TRY(auto company, draft.authority.company(draft.sql, name, Right::Companies));
  if (settings.name) {
    TRY(company.name, company_name(*settings.name));
  }
  if (settings.cluster) {
    TRY(company.cluster, checked_cluster(draft.sql, *settings.cluster));
  }
  TRY_OK(draft.put(company));
  TRY_OK(draft.record(change_of_company(company, "company.put")));
  TRY_OK(change_limits(draft, company, settings.limits));
  return put_more(draft, company, settings.more);
}

Result<> erase_all(Draft& draft, const Table& table, std::string_view select, const std::string& company) {
  TRY(const auto rows, draft.sql.run(select, {company}));
  for (const auto& row : rows) TRY_OK(draft.erase(table, row[0].text()));
  return {};
}

Result<> erase_company(Draft& draft, const std::string& name) {
  TRY(const auto company, company_from_above(draft, name));
  TRY(const auto used, draft.sql.run("SELECT 1 FROM domains WHERE company = $1 UNION ALL SELECT 1 FROM companies WHERE parent = $1 LIMIT 1", {company.id}));
  if (!used.empty())
    return fail(Fault::Conflict, "the company " + company.name + " has domains or companies: move or delete them first", std::string(code::kCompanyNotEmpty));
  auto change = change_of_company(company, "company.delete");
  TRY_OK(erase_administrators(draft, company, change));
  TRY_OK(draft.erase(kCompanies, company.id));
  TRY_OK(draft.erase(kCompanyLimits, company.id));
  TRY_OK(draft.erase(kCompanyContacts, company.id));
  TRY_OK(erase_all(draft, kBrands, "SELECT id FROM brands WHERE company = $1", company.id));
  TRY_OK(erase_all(draft, kBulletins, "SELECT id FROM bulletins WHERE owner = $1", company.id));
  change.writes.push_back(object::company_limits(company.id));
  change.writes.push_back(object::admin_domain(company.admin_domain));
  if (!company.parent.empty()) change.refers.push_back(object::company(company.parent));
  change.is_end = true;
  return draft.record(std::move(change));
}

Result<CompanyView> view(Connection& connection, const Authority& authority, Company company) {
  CompanyView made;
  made.company = std::move(company);
  TRY(const auto has, allotment_of(connection, made.company.id));
  made.limits = has.limits;
  made.spoken_for = has.spoken_for;
  TRY(const auto children, sql::run_one(connection, "SELECT count(*) FROM companies WHERE parent = $1", {made.company.id}));
  made.children = static_cast<std::uint64_t>(children[0].number());
  if (made.company.parent.empty()) return made;
  TRY(const bool is_seen, authority.may(connection, made.company.parent, {}, Right::See));
  if (!is_seen) return made;
  TRY(const auto parent, company_by_id(connection, made.company.parent));
  if (parent) made.parent = parent->admin_domain;
  return made;
}

constexpr std::string_view order_column(CompanyOrder order) {
  switch (order) {
    case CompanyOrder::AdminDomain: return "admin_domain";
    case CompanyOrder::CreatedAt: return "created_at";
    default: return "lower(name)";
  }
}

Result<Sorted<CompanyView>> find_all(Connection& connection, const Authority& authority, const CompanySearch& search) {
  auto paths = authority.paths();
  if (!search.under.empty()) {
    TRY(const auto company, authority.company(connection, lower(search.under), Right::See));
    paths = {company.path};
  }
  std::vector<std::string> texts;
  auto condition = path_condition("path", paths, !search.under.empty(), texts);
  texts.push_back(like_pattern(search.match));
  const auto at = "$" + std::to_string(texts.size());
  condition += " AND (lower(name) LIKE " + at + " ESCAPE '\\' OR admin_domain LIKE " + at + " ESCAPE '\\')";
  const std::vector<sql::Argument> arguments(texts.begin(), texts.end());
  Sorted<CompanyView> made;
  TRY(const auto counted, connection.run("SELECT count(*) FROM companies WHERE " + condition, arguments));
  made.total = static_cast<std::uint64_t>(counted[0][0].number());
  const std::string way = search.is_descending ? " DESC" : "";
  TRY(const auto rows, connection.run("SELECT id FROM companies WHERE " + condition + " ORDER BY " + std::string(order_column(search.order)) + way + ", id" + way +
                                          " LIMIT " + std::to_string(std::min(search.range.limit, kRangeMost)) + " OFFSET " + std::to_string(std::min(search.range.first, kFirstMost)),
                                      arguments));
  for (const auto& row : rows) {
    TRY(auto company, company_by_id(connection, row[0].text()));
    TRY(auto shown, view(connection, authority, std::move(*company)));
    made.rows.push_back(std::move(shown));
  }
  return made;
}

}  // namespace

Task<Result<Company>> Companies::create(Caller caller, NewCompany spec) {
  CO_TRY_OK(co_await core_->accept(caller, [spec](Draft& draft) { return create_company(draft, spec); }));
  co_return co_await find(std::move(caller), lower(spec.admin_domain));
}

Task<Result<Receipt>> Companies::change(Caller caller, std::string company, CompanySettings settings) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return change_company(draft, lower(company), settings); });
}

Task<Result<Receipt>> Companies::set_limits(Caller caller, std::string company, LimitSettings limits) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(const auto found, company_from_above(draft, lower(company)));
    return put_limits(draft, found, limits);
  });
}

Task<Result<Receipt>> Companies::erase(Caller caller, std::string company) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return erase_company(draft, lower(company)); });
}

Task<Result<Company>> Companies::find(Caller caller, std::string admin_domain) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) {
    return authority.company_of(connection, lower(admin_domain), Right::See);
  });
}

Task<Result<CompanyView>> Companies::get(Caller caller, std::string company) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<CompanyView> {
    TRY(auto found, authority.company(connection, lower(company), Right::See));
    return view(connection, authority, std::move(found));
  });
}

Task<Result<Sorted<CompanyView>>> Companies::search(Caller caller, CompanySearch search) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) { return find_all(connection, authority, search); });
}

Task<Result<>> Companies::put_administrator(Caller caller, std::string admin_domain, std::string local, std::string password) {
  CO_TRY(const auto hash, co_await core_->hash_password(std::move(password)));
  CO_TRY_OK(co_await core_->accept(std::move(caller), [=](Draft& draft) { return put_administrator_row(draft, {lower(admin_domain), local, "company"}, hash, true); }));
  co_return Result<>{};
}

}  // namespace postroad::control
