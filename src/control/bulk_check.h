#pragma once

#include "control/bulk_scratch.h"
#include "control/bulk_work.h"

namespace postroad::control {

// Tries the next rows of a check, from `job`'s position on: reads `real`, which stays as it is. Each is tried as if all that
// came before had been applied.
Result<std::vector<ResultRow>> try_rows(sql::Connection& real, BulkScratch& scratch, const JobRow& job, std::uint64_t most, const BulkTools& tools);

// Writes down what try_rows() found, where nothing else has happened to the job meanwhile.
Result<JobRow> note_tried(sql::Connection& connection, const std::string& id, std::uint64_t position, const std::vector<ResultRow>& rows, Time now);

// Takes back a bounded part of what a former life wrote down, whose scratch is gone. Whether there is more.
Result<bool> start_anew(sql::Connection& connection, const std::string& id);

}  // namespace postroad::control
