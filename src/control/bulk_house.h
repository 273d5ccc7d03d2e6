#pragma once

#include "base/id.h"
#include "control/bulk_options.h"
#include "sql/database.h"

namespace postroad::control {

// Forgets a bounded part of what has had its time: results of jobs, generated passwords, and jobs whose files never became
// whole or that nobody approved. Whether there is more.
Result<bool> clear_up(sql::Connection& connection, Time now, const BulkOptions& options);

}  // namespace postroad::control
