#include "control/workgroups.h"

#include <map>

#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/names.h"
#include "control/workgroup_drafts.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

// Workgroups are control's alone: their changes go to no cluster.
NewChange change_of_workgroup(const Domain& domain, const Workgroup& workgroup, std::string_view kind) {
  auto change = change_of_domain(domain, kind);
  change.subject = domain.name + "/" + workgroup.name;
  change.cluster.clear();
  change.writes = {object::workgroup(workgroup.id), object::workgroup_name(domain.id, workgroup.name)};
  change.refers.push_back(object::domain(domain.id));
  return change;
}

}  // namespace

Result<> create_workgroup(Draft& draft, const std::string& domain_name, const std::string& name) {
  TRY(const auto domain, draft.authority.user_domain(draft.sql, domain_name, Right::Users));
  Workgroup workgroup{draft.new_id('w'), domain.id, {}};
  TRY(workgroup.name, workgroup_name(name));
  TRY(const auto there, workgroup_by_name(draft.sql, domain.id, workgroup.name));
  if (there) return fail(Fault::Conflict, "the workgroup " + there->name + " exists already in " + domain.name, std::string(code::kWorkgroupExists));
  TRY_OK(draft.put(workgroup));
  return draft.record(change_of_workgroup(domain, workgroup, "workgroup.put"));
}

namespace {

Result<> erase_workgroup(Draft& draft, const std::string& domain_name, const std::string& name, bool cascade) {
  TRY(const auto domain, draft.authority.user_domain(draft.sql, domain_name, Right::Users));
  TRY(const auto workgroup, workgroup_of(draft.sql, domain, name));
  TRY(const auto users, draft.sql.run("SELECT id FROM users WHERE workgroup = $1 AND workgroup <> '' ORDER BY folded LIMIT $2", {workgroup.id, kCascadeMost + 1}));
  if (!users.empty() && !cascade)
    return fail(Fault::Conflict, "the workgroup " + workgroup.name + " has mailboxes: delete them first, or cascade", std::string(code::kWorkgroupNotEmpty));
  if (users.size() > kCascadeMost)
    return fail(Fault::Refused, "the workgroup " + workgroup.name + " has more than " + std::to_string(kCascadeMost) + " mailboxes: delete some first",
                std::string(code::kWorkgroupNotEmpty));
  for (const auto& row : users) {
    TRY(const auto user, user_by_id(draft.sql, row[0].text()));
    TRY_OK(erase_user(draft, domain, *user));
  }
  TRY_OK(draft.erase(kWorkgroups, workgroup.id));
  TRY_OK(draft.erase(kSettings, workgroup.id));
  auto change = change_of_workgroup(domain, workgroup, "workgroup.delete");
  change.is_end = true;
  return draft.record(std::move(change));
}

// An alias counts where its target is.
constexpr std::string_view kCounts = "SELECT w.name, c.type, c.users FROM workgroups w JOIN user_counts c ON c.workgroup = w.id AND c.domain = w.domain WHERE w.domain = $1";

Result<std::vector<WorkgroupView>> views(Connection& connection, const Authority& authority, const std::string& domain_name) {
  TRY(const auto domain, authority.user_domain(connection, domain_name, Right::See));
  TRY(const auto names, connection.run("SELECT name FROM workgroups WHERE domain = $1 ORDER BY folded", {domain.id}));
  TRY(const auto counts, connection.run(kCounts, {domain.id}));
  std::vector<WorkgroupView> made;
  std::map<std::string, std::size_t> at;
  for (const auto& row : names) {
    at[row[0].text()] = made.size();
    made.push_back({row[0].text(), {}});
  }
  for (const auto& row : counts) {
    const auto type = parse_user_type(row[1].text());
    if (const auto found = at.find(row[0].text()); found != at.end() && type)
      made[found->second].users[static_cast<std::size_t>(*type)] += static_cast<std::uint64_t>(row[2].number());
  }
  return made;
}

}  // namespace

Task<Result<Receipt>> Workgroups::create(Caller caller, std::string domain, std::string name) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return create_workgroup(draft, domain, name); });
}

Task<Result<Receipt>> Workgroups::erase(Caller caller, std::string domain, std::string name, bool cascade) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return erase_workgroup(draft, domain, name, cascade); });
}

Task<Result<std::vector<WorkgroupView>>> Workgroups::list(Caller caller, std::string domain) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) { return views(connection, authority, domain); });
}

}  // namespace postroad::control
