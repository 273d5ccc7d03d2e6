#pragma once

#include "control/bulk_work.h"

namespace postroad::control {

// One step of a job, within the writer's transaction: a piece of its rows, of what became of those before, or of the clearing
// up behind it.
struct StepDone {
  PieceDone piece;
  bool has_ended = false;   // just now
  bool has_paused = false;  // itself, just now
  // When there is something to do again; nothing: not any more.
  std::optional<std::chrono::milliseconds> next;
  std::uint64_t rows = 0;  // of its rows that it dealt with; then `next` is what its rate allows
};
// How many rows a step of a job with that rate takes, where it may.
std::uint64_t rows_in_step(std::uint64_t rate);

// Nothing where there is no such job.
Result<std::optional<StepDone>> step_of_job(sql::Connection& connection, const std::string& id, const BulkTools& tools);

// Writes down what became of accepted rows, at most so many, as far as it is known. Whether that was anything.
Result<bool> settle_rows(sql::Connection& connection, JobRow& job, std::uint64_t most);

// Ends it where everything is known.
bool end_if_done(JobRow& job, Time now);

}  // namespace postroad::control
