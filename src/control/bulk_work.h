#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "control/bulk_store.h"
#include "control/draft.h"

// What bulk jobs do, within the writer's transaction: the rows' changes, their results and the job's position are one commit.
namespace postroad::control {

// What the work takes from outside.
struct BulkTools {
  DraftTools draft;
  const sasl::Sealer& sealer;
  io::Random& random;
  std::uint64_t quota_bytes = 0;
  std::uint64_t rows_most = kChunkRows;  // in one step
};

// One row, done or refused: whatever it was, it leaves nothing half done.
struct RowDone {
  ResultRow result;
  std::optional<Accepted> accepted;
  bool is_busy = false;  // its turn has not come: its cluster's queue is full, or the database is busy
};
Result<RowDone> work_on_row(sql::Connection& connection, const JobRow& job, std::int64_t number, const BulkRow& row, const BulkTools& tools);

// A piece of a job: at most so many rows.
struct PieceDone {
  JobRow job;  // as it is then
  std::vector<Accepted> accepted;
  std::vector<Verdict> verdicts;
  bool is_busy = false;
};
// Nothing where there is no such job.
Result<std::optional<PieceDone>> work_on_job(sql::Connection& connection, const std::string& id, std::uint64_t most, const BulkTools& tools);

// Counts a row's verdict, and pauses the job where too many failed and others are still to be handed in.
void count(JobRow& job, Verdict verdict);

}  // namespace postroad::control
