#include "control/defaults.h"

#include "control/company_drafts.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

Result<Company> owner(Connection& connection, const Authority& authority, const std::string& admin_domain, Right right) {
  return admin_domain.empty() ? authority.company(connection, {}, right) : authority.company_of(connection, admin_domain, right);
}

Result<> put_row_of(Draft& draft, const std::string& id, const Settings& settings) {
  if (settings == Settings{}) return draft.erase(kSettings, id);
  return draft.put(kSettings, to_row(id, settings));
}

}  // namespace

Result<> change_company_settings(Draft& draft, const Company& company, const SettingsEdit& edit) {
  TRY(const auto before, settings_row(draft.sql, company.id));
  auto after = before;
  TRY_OK(apply(after, edit, Level::Company));
  TRY_OK(put_row_of(draft, company.id, after));
  NewChange change{.kind = "company.settings", .subject = company.name, .cluster = {}, .company = company.id, .domain = {}, .writes = {object::company(company.id)}, .refers = {}, .is_end = false};
  TRY_OK(draft.record(change));
  if (before.mail == after.mail) return {};
  TRY(const auto clusters, draft.sql.run("SELECT DISTINCT cluster FROM domains WHERE company = $1 ORDER BY cluster", {company.id}));
  std::vector<std::string> objects;
  for (const auto& row : clusters) {
    auto told = change;
    told.kind = "settings.put";
    told.cluster = row[0].text();
    told.writes = {"settings/" + company.id + "/" + told.cluster};
    objects.push_back(told.writes.front());
    TRY_OK(draft.record(std::move(told), feed::PutSettings{company.id, after.mail}));
  }
  return objects.size() > 1 ? record_last(draft, std::move(change), std::move(objects)) : Result<>{};
}

namespace {

Result<> change_workgroup_settings(Draft& draft, const std::string& domain_name, const std::string& name, const SettingsEdit& edit) {
  TRY(const auto domain, draft.authority.user_domain(draft.sql, domain_name, Right::Settings));
  TRY(const auto workgroup, workgroup_of(draft.sql, domain, name));
  TRY(const auto before, settings_row(draft.sql, workgroup.id));
  auto after = before;
  TRY_OK(apply(after, edit, Level::Workgroup));
  TRY(const auto members, draft.sql.run("SELECT id FROM users WHERE workgroup = $1 AND workgroup <> '' ORDER BY folded LIMIT $2", {workgroup.id, kMembersMost + 1}));
  const bool acts = before.mail != after.mail;
  if (acts && members.size() > kMembersMost)
    return fail(Fault::Refused, "the workgroup " + workgroup.name + " has more than 5000 users: set it on the domain", std::string(code::kOverLimit));
  TRY_OK(put_row_of(draft, workgroup.id, after));
  auto change = change_of_domain(domain, "workgroup.settings");
  change.subject = domain.name + "/" + workgroup.name;
  change.cluster.clear();
  change.writes = {object::workgroup(workgroup.id)};
  change.refers.push_back(object::domain(domain.id));
  TRY_OK(draft.record(std::move(change)));
  if (!acts) return {};
  for (const auto& row : members) {
    TRY(const auto user, user_by_id(draft.sql, row[0].text()));
    TRY(const auto own, settings_row(draft.sql, user->id));
    TRY(const auto mail, acting(draft.sql, *user, own));
    TRY_OK(draft.record(change_of_user(domain, *user, "settings.put"), feed::PutSettings{user->id, mail}));
  }
  return {};
}

}  // namespace

Task<Result<SettingsView>> Defaults::company(Caller caller, std::string admin_domain) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<SettingsView> {
    TRY(const auto company, owner(connection, authority, admin_domain, Right::See));
    return settings_of(connection, company);
  });
}

Task<Result<Receipt>> Defaults::change_company(Caller caller, std::string admin_domain, SettingsEdit edit) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(const auto company, owner(draft.sql, draft.authority, admin_domain, Right::Companies));
    return change_company_settings(draft, company, edit);
  });
}

Task<Result<SettingsView>> Defaults::workgroup(Caller caller, std::string domain, std::string name) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<SettingsView> {
    TRY(const auto place, authority.user_domain(connection, domain, Right::See));
    TRY(const auto workgroup, workgroup_of(connection, place, name));
    return settings_of(connection, place, workgroup);
  });
}

Task<Result<Receipt>> Defaults::change_workgroup(Caller caller, std::string domain, std::string name, SettingsEdit edit) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return change_workgroup_settings(draft, domain, name, edit); });
}

}  // namespace postroad::control
