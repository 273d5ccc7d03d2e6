#pragma once

#include <boost/json.hpp>

#include "control/api.h"

namespace postroad::control {

// What operators ask about migrations; parts of Operator.
//
//   {"command": "migration_add", "job": "", "users": [{"local": ..., "server": ..., "remote": ..., "password": ...}]}
//                                                  {"job": ..., "items": [{"id": ...} or {"error": ...}]}
//   {"command": "migration_jobs"}                  {"jobs": [{"job": ..., "done": 3, ...}], "unavailable": []}
//   {"command": "migration_list", "job": ..., "after": ...}     {"items": [...], "after": ...}
//   {"command": "migration_threads"}               {"items": [...]}
//   {"command": "migration_status", "id": ...}     {"item": {...}}
//   {"command": "migration_trace", "id": ...}      {"trace": "..."}
//   {"command": "migration_cancel", "id": ...}     {}
//
// An item is as docs/migration.md shows it.
io::Task<Result<boost::json::object>> run_migration(Api& api, boost::json::object request);

}  // namespace postroad::control
