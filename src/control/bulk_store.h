#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/bulk.h"
#include "sasl/seal.h"
#include "sql/database.h"

// Bulk jobs in the database. What a job's file holds, which may be passwords, and passwords that were made lie sealed.
namespace postroad::control {

inline constexpr std::size_t kChunkRows = 32;

struct JobRow {
  JobView view;  // without what is another table's
  std::string company;       // an id; empty: the operator's
  std::string submitter;     // an id; empty: the operator
  std::string face;
  std::string peer;
  std::string token;
  BulkFormat format = BulkFormat::Csv;
  bool generates = false;
  bool has_input = false;    // chunks are there
  std::string header;        // a CSV file's columns, `a,b`; empty: not read yet
  std::string carry;         // sealed: the beginning of a row
  std::uint64_t line = 1;    // where that begins
  std::uint64_t forgiven = 0;  // failures before the last resume
  BulkWindow window;

  // Who works on a row of it.
  Caller caller(std::int64_t row) const;
  bool is_over() const { return view.state == JobState::Done || view.state == JobState::Cancelled; }
};

Result<std::optional<JobRow>> job_by_id(sql::Connection& connection, std::string_view id);
// Adds it, or takes the place of the one with its id.
Result<> put_job(sql::Connection& connection, const JobRow& job);

// One row's result, as it is kept.
struct ResultRow {
  std::int64_t row = 0;
  std::uint64_t line = 0;
  Verdict verdict = Verdict::Queued;
  std::string action;
  std::string subject;
  std::string object;    // the id of a user that it made or changed
  std::string print;     // what that was then (bulk_print.h)
  std::string change;
  std::string code;
  std::string reason;
  std::string password;  // sealed
};
Result<> put_result(sql::Connection& connection, std::string_view job, const ResultRow& row);
// Those behind `after`, in order.
Result<std::vector<ResultRow>> results_after(sql::Connection& connection, std::string_view job, std::int64_t after, std::uint64_t most);

struct Chunk {
  std::int64_t first = 0;  // its first row
  std::vector<BulkRow> rows;
};
Result<> put_chunk(sql::Connection& connection, std::string_view job, const Chunk& chunk, const sasl::Sealer& sealer, io::Random& random);
// The one that holds the row; nothing where there is none.
Result<std::optional<Chunk>> chunk_of(sql::Connection& connection, std::string_view job, std::int64_t row, const sasl::Sealer& sealer);
Result<> erase_chunk(sql::Connection& connection, std::string_view job, std::int64_t first);
// Some of them; whether any are left.
Result<bool> erase_chunks(sql::Connection& connection, std::string_view job, std::uint64_t most);

std::string seal_text(std::string_view text, const sasl::Sealer& sealer, io::Random& random);
Result<std::string> unseal_text(std::string_view sealed, const sasl::Sealer& sealer);

}  // namespace postroad::control
