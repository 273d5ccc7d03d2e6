#pragma once

#include "control/bulk_work.h"

namespace postroad::control {

// A piece of an undo: looks at no more than so many rows of the job that it undoes, the last ones first, and deletes what
// those created, where it is as it was left. What is not gets a verdict, and stays.
Result<> undo_rows(sql::Connection& connection, PieceDone& piece, std::uint64_t most, const BulkTools& tools);

}  // namespace postroad::control
