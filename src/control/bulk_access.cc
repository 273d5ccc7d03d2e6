#include "control/bulk_access.h"

#include <algorithm>

#include "control/errors.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

using sql::Connection;

std::unexpected<Error> no_job() { return fail(Fault::NotFound, "there is no such bulk job", std::string(code::kNoJob)); }
std::unexpected<Error> not_allowed(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kNotAllowed)); }

// A token that narrows what its holder may do reaches only the jobs that were submitted by it.
bool is_own(const Authority& authority, const Caller& caller, const JobRow& job) {
  return job.submitter == caller.id && (!authority.is_scoped() || job.token == caller.token);
}

}  // namespace

Result<JobRow> visible_job(Connection& connection, const Authority& authority, const Caller& caller, const std::string& id, JobRight right) {
  TRY(auto job, job_by_id(connection, id));
  // The same statements run for a job that does not exist.
  TRY(const bool sees, authority.may(connection, job ? job->company : std::string{}, {}, Right::See));
  TRY(const bool manages, authority.may(connection, job ? job->company : std::string{}, {}, Right::Users));
  if (!job) return no_job();
  if (authority.is_operator()) return std::move(*job);
  const bool owns = is_own(authority, caller, *job);
  if (!sees && !owns) return no_job();
  if (right == JobRight::Manage && !manages && !owns) return not_allowed("your role does not allow this");
  if (right != JobRight::Approve) return std::move(*job);
  if (!manages) return not_allowed("your role does not allow this");
  if (job->submitter == caller.id) return not_allowed("a bulk job is approved by somebody else than who submitted it");
  return std::move(*job);
}

Result<Page<JobView>> visible_jobs(Connection& connection, const Authority& authority, const Caller& caller, const From& from) {
  const auto most = std::clamp<std::uint64_t>(from.most, 1, kPageMost);
  std::string condition = "1 = 1";
  std::vector<sql::Argument> arguments{from.place.empty() ? std::string_view("~") : std::string_view(from.place), most};
  const auto add = [&arguments](std::string_view text) {
    arguments.emplace_back(text);
    return "$" + std::to_string(arguments.size());
  };
  std::vector<std::string> ends;
  ends.reserve(authority.paths().size());
  if (!authority.is_operator()) {
    condition = "(j.submitter = " + add(caller.id);
    condition += authority.is_scoped() ? " AND j.token = " + add(caller.token) + ")" : ")";
    for (const auto& path : authority.paths()) {
      ends.push_back(path + "~");  // ids and slashes sort before it
      condition += " OR (c.path >= " + add(path);
      condition += " AND c.path < " + add(ends.back()) + ")";
    }
  }
  TRY(const auto rows, connection.run("SELECT j.id FROM bulk_jobs j LEFT JOIN companies c ON c.id = j.company WHERE j.id < $1 AND (" + condition +
                                      ") ORDER BY j.id DESC LIMIT $2", arguments));
  Page<JobView> page;
  for (const auto& row : rows) {
    TRY(auto job, job_by_id(connection, row[0].text()));
    if (!job) continue;
    TRY(auto view, view_of(connection, std::move(*job)));
    page.rows.push_back(std::move(view));
  }
  if (rows.size() == most) page.next = rows.back()[0].text();
  return page;
}

Result<JobView> view_of(Connection& connection, JobRow job) {
  TRY(const auto company, company_by_id(connection, job.company));
  if (company) job.view.company = company->admin_domain;
  return std::move(job.view);
}

}  // namespace postroad::control
