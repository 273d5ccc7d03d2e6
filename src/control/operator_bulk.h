#pragma once

#include <boost/json.hpp>

#include "control/api.h"

namespace postroad::control {

// What operators ask about bulk jobs; parts of Operator.
//
//   {"command": "bulk_add", "name": "", "format": "csv" or "jsonl", "check": false, "generate": false, "rate": 100,
//    "failures_max": 10, "window": "22:00-06:00"}                                 {"job": "j...", "state": ..., ...}
//   {"command": "bulk_append", "job": ..., "offset": 0, "data": base64, "last": true}    the same
//   {"command": "bulk_status", "job": ...}  also _approve, _pause, _resume, _cancel, _undo    the same
//   {"command": "bulk_jobs", "after": ...}                       {"jobs": [...], "after": ...}
//   {"command": "bulk_result", "job": ..., "after": ..., "passwords": false}    {"rows": [...], "after": ...}
io::Task<Result<boost::json::object>> run_bulk(Api& api, boost::json::object request);

}  // namespace postroad::control
