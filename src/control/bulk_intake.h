#pragma once

#include "control/bulk_options.h"
#include "control/bulk_store.h"

namespace postroad::control {

// Takes the next piece of a job's file: whole rows become chunks, the rest waits, sealed, for the next piece. Syntax, with
// the line, where the file can't be read; Refused, code OVER_LIMIT, where it is too large.
Result<> take_piece(sql::Connection& connection, JobRow& job, std::string_view piece, bool is_last, const BulkOptions& options, const sasl::Sealer& sealer,
                    io::Random& random);

}  // namespace postroad::control
