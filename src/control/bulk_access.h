#pragma once

#include <string>
#include <vector>

#include "control/authority.h"
#include "control/bulk_store.h"

// Who sees which bulk jobs: who submitted one, and who sees the whole company that it belongs to. Who may change that
// company's users may do with it what its submitter may.
namespace postroad::control {

enum class JobRight : std::uint8_t { See, Manage, Approve };

// NotFound, code NO_JOB; Refused, code NOT_ALLOWED.
Result<JobRow> visible_job(sql::Connection& connection, const Authority& authority, const Caller& caller, const std::string& id, JobRight right);

// The newest first.
Result<Page<JobView>> visible_jobs(sql::Connection& connection, const Authority& authority, const Caller& caller, const From& from);

// The job as it is shown.
Result<JobView> view_of(sql::Connection& connection, JobRow job);

}  // namespace postroad::control
