#pragma once

#include <string_view>

namespace postroad::control {

// Bulk jobs: a job's row, its file in chunks (sealed) until they are done, and what became of each row.
inline constexpr std::string_view kBulkTables = R"sql(
CREATE TABLE bulk_jobs (
  id TEXT PRIMARY KEY, company TEXT NOT NULL, name TEXT NOT NULL, kind BIGINT NOT NULL, undoes TEXT NOT NULL, submitter TEXT NOT NULL,
  submitter_name TEXT NOT NULL, approved_by TEXT NOT NULL, face TEXT NOT NULL, peer TEXT NOT NULL, token TEXT NOT NULL, state BIGINT NOT NULL,
  reason TEXT NOT NULL, format BIGINT NOT NULL, generates BIGINT NOT NULL, has_input BIGINT NOT NULL, header TEXT NOT NULL, carry TEXT NOT NULL,
  line BIGINT NOT NULL, bytes BIGINT NOT NULL, total BIGINT NOT NULL, position BIGINT NOT NULL, settled BIGINT NOT NULL, accepted BIGINT NOT NULL,
  failed BIGINT NOT NULL, skipped BIGINT NOT NULL, forgiven BIGINT NOT NULL, passwords BIGINT NOT NULL, rate BIGINT NOT NULL,
  failures_most BIGINT NOT NULL, hours TEXT NOT NULL, created_at BIGINT NOT NULL, ended_at BIGINT NOT NULL);
CREATE INDEX bulk_jobs_company ON bulk_jobs (company, id);
CREATE INDEX bulk_jobs_submitter ON bulk_jobs (submitter, id);
CREATE INDEX bulk_jobs_state ON bulk_jobs (state, ended_at);
CREATE TABLE bulk_chunks (job TEXT NOT NULL, first_row BIGINT NOT NULL, rows_sealed TEXT NOT NULL, PRIMARY KEY (job, first_row));
CREATE TABLE bulk_rows (
  job TEXT NOT NULL, row_no BIGINT NOT NULL, line BIGINT NOT NULL, verdict BIGINT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
  object TEXT NOT NULL, print TEXT NOT NULL, change TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL, password TEXT NOT NULL,
  PRIMARY KEY (job, row_no));
CREATE INDEX bulk_rows_object ON bulk_rows (object) WHERE object <> '';
CREATE INDEX bulk_rows_password ON bulk_rows (job, row_no) WHERE password <> '';
)sql";

}  // namespace postroad::control
