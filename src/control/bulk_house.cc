#include "control/bulk_house.h"

#include "control/bulk_store.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

using sql::Connection;

constexpr std::uint64_t kRowsMost = 1000;
constexpr std::uint64_t kChunksMost = 64;
constexpr std::chrono::hours kReceivingMost{24};

constexpr int number_of(JobState state) { return static_cast<int>(state); }

// Files that stopped coming, and jobs that nobody approved.
Result<> give_up(Connection& connection, Time now, const BulkOptions& options) {
  constexpr std::string_view kEnd = "UPDATE bulk_jobs SET state = $1, reason = $2, ended_at = $3, carry = '', has_input = 1 WHERE state = $4 AND created_at < $5";
  TRY_OK(connection.run(kEnd, {number_of(JobState::Cancelled), "its file never became whole", to_number(now), number_of(JobState::Receiving),
                               to_number(now - kReceivingMost)}));
  TRY_OK(connection.run(kEnd, {number_of(JobState::Cancelled), "nobody approved it", to_number(now), number_of(JobState::Waiting), to_number(now - options.keep)}));
  return {};
}

Result<bool> forget_passwords(Connection& connection, Time now, const BulkOptions& options) {
  TRY(const auto jobs, connection.run("SELECT id FROM bulk_jobs WHERE passwords > 0 AND ended_at > 0 AND ended_at < $1 LIMIT 1", {to_number(now - options.keep_passwords)}));
  if (jobs.empty()) return false;
  const auto& job = jobs[0][0].text();
  TRY(const auto done, connection.run("UPDATE bulk_rows SET password = '' WHERE job = $1 AND row_no IN (SELECT row_no FROM bulk_rows WHERE job = $1 AND password <> '' LIMIT $2) "
                                      "RETURNING row_no", {job, kRowsMost}));
  if (done.size() < kRowsMost) TRY_OK(connection.run("UPDATE bulk_jobs SET passwords = 0 WHERE id = $1", {job}));
  return true;
}

Result<bool> forget_jobs(Connection& connection, Time now, const BulkOptions& options) {
  TRY(const auto jobs, connection.run("SELECT id FROM bulk_jobs WHERE state IN ($1, $2) AND ended_at < $3 LIMIT 1",
                                      {number_of(JobState::Done), number_of(JobState::Cancelled), to_number(now - options.keep)}));
  if (jobs.empty()) return false;
  const auto& job = jobs[0][0].text();
  TRY(const auto done, connection.run("DELETE FROM bulk_rows WHERE job = $1 AND row_no IN (SELECT row_no FROM bulk_rows WHERE job = $1 ORDER BY row_no LIMIT $2) RETURNING row_no",
                                      {job, kRowsMost}));
  TRY(const bool has_chunks, erase_chunks(connection, job, kChunksMost));
  if (done.size() < kRowsMost && !has_chunks) TRY_OK(connection.run("DELETE FROM bulk_jobs WHERE id = $1", {job}));
  return true;
}

}  // namespace

Result<bool> clear_up(Connection& connection, Time now, const BulkOptions& options) {
  TRY_OK(give_up(connection, now, options));
  TRY(const bool has_passwords, forget_passwords(connection, now, options));
  TRY(const bool has_jobs, forget_jobs(connection, now, options));
  return has_passwords || has_jobs;
}

}  // namespace postroad::control
