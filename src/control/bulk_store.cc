#include "control/bulk_store.h"

#include "base/text.h"
#include "control/rows.h"
#include "control/table.h"

namespace postroad::control {
namespace {

using sql::Connection;

constexpr std::string_view kContext = "control: a bulk job";

constexpr std::string_view kJobColumns[] = {
    "id",      "company", "name",     "kind",     "undoes",  "submitter", "submitter_name", "approved_by", "face",      "peer",          "token",        "state",      "reason",   "format",
    "generates", "has_input", "header", "carry",  "line",    "bytes",     "total",          "position",    "settled",   "accepted",      "failed",       "skipped",    "forgiven", "passwords",
    "rate",    "failures_most", "hours", "created_at", "ended_at"};
constexpr Table kJobs{"bulk_jobs", kJobColumns};

constexpr std::string_view kResultColumns[] = {"job", "row_no", "line", "verdict", "action", "subject", "object", "print", "change", "code", "reason", "password"};
constexpr Table kResults{"bulk_rows", kResultColumns};

sql::Row to_row(const JobRow& job) {
  const auto& view = job.view;
  return {view.id,
          job.company,
          view.name,
          static_cast<int>(view.kind),
          view.undoes,
          job.submitter,
          view.submitter,
          view.approved_by,
          job.face,
          job.peer,
          job.token,
          static_cast<int>(view.state),
          view.reason,
          static_cast<int>(job.format),
          job.generates,
          job.has_input,
          job.header,
          job.carry,
          job.line,
          view.bytes,
          view.total,
          view.position,
          view.settled,
          view.accepted,
          view.failed,
          view.skipped,
          job.forgiven,
          view.passwords,
          view.rate,
          view.failures_most,
          window_text(job.window),
          to_number(view.created_at),
          view.ended_at == Time{} ? 0 : to_number(view.ended_at)};
}

// Takes the columns one after the other.
class Columns {
 public:
  explicit Columns(const sql::Row& row) : row_(row) {}
  std::string text() { return row_[at_++].text(); }
  std::int64_t number() { return row_[at_++].number(); }
  std::uint64_t count() { return static_cast<std::uint64_t>(number()); }

 private:
  const sql::Row& row_;
  std::size_t at_ = 0;
};

Result<JobRow> job_from(const sql::Row& row) {
  Columns in(row);
  JobRow job;
  auto& view = job.view;
  view.id = in.text();
  job.company = in.text();
  view.name = in.text();
  view.kind = static_cast<JobKind>(in.number());
  view.undoes = in.text();
  job.submitter = in.text();
  view.submitter = in.text();
  view.approved_by = in.text();
  job.face = in.text();
  job.peer = in.text();
  job.token = in.text();
  view.state = static_cast<JobState>(in.number());
  view.reason = in.text();
  job.format = static_cast<BulkFormat>(in.number());
  job.generates = in.number() != 0;
  job.has_input = in.number() != 0;
  job.header = in.text();
  job.carry = in.text();
  job.line = in.count();
  view.bytes = in.count();
  view.total = in.count();
  view.position = in.count();
  view.settled = in.count();
  view.accepted = in.count();
  view.failed = in.count();
  view.skipped = in.count();
  job.forgiven = in.count();
  view.passwords = in.count();
  view.rate = in.count();
  view.failures_most = in.count();
  view.window = in.text();
  view.created_at = to_time(in.number());
  view.ended_at = to_time(in.number());
  TRY(job.window, parse_window(view.window));
  return job;
}

}  // namespace

std::string_view job_state_name(JobState state) {
  constexpr std::string_view kNames[] = {"receiving", "waiting", "running", "paused", "done", "cancelled"};
  return kNames[static_cast<std::size_t>(state)];
}
std::string_view job_kind_name(JobKind kind) {
  constexpr std::string_view kNames[] = {"apply", "check", "undo"};
  return kNames[static_cast<std::size_t>(kind)];
}
std::string_view verdict_name(Verdict verdict) {
  constexpr std::string_view kNames[] = {"queued", "applied", "refused", "cluster_refused", "cancelled", "skipped", "good"};
  return kNames[static_cast<std::size_t>(verdict)];
}

Caller JobRow::caller(std::int64_t row) const {
  return {.id = submitter, .name = view.submitter, .face = face, .peer = peer, .token = token, .request = view.id, .job = view.id, .row = row};
}

Result<std::optional<JobRow>> job_by_id(Connection& connection, std::string_view id) {
  static const auto kSelect = kJobs.select("id = $1");
  TRY(const auto rows, connection.run(kSelect, {id}));
  if (rows.empty()) return std::nullopt;
  TRY(auto job, job_from(rows[0]));
  return job;
}

Result<> put_job(Connection& connection, const JobRow& job) { return put_row(connection, kJobs.name, kJobs.columns, to_row(job)); }

Result<> put_result(Connection& connection, std::string_view job, const ResultRow& row) {
  TRY_OK(connection.run("INSERT INTO bulk_rows (job, row_no, line, verdict, action, subject, object, print, change, code, reason, password) "
                        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                        {job, row.row, row.line, static_cast<int>(row.verdict), row.action, row.subject, row.object, row.print, row.change, row.code, row.reason,
                         row.password}));
  return {};
}

Result<std::vector<ResultRow>> results_after(Connection& connection, std::string_view job, std::int64_t after, std::uint64_t most) {
  static const auto kSelect = kResults.select("job = $1 AND row_no > $2 ORDER BY row_no LIMIT $3");
  TRY(const auto rows, connection.run(kSelect, {job, after, most}));
  std::vector<ResultRow> made;
  for (const auto& row : rows) {
    Columns in(row);
    in.text();  // the job
    ResultRow result;
    result.row = in.number();
    result.line = in.count();
    result.verdict = static_cast<Verdict>(in.number());
    result.action = in.text();
    result.subject = in.text();
    result.object = in.text();
    result.print = in.text();
    result.change = in.text();
    result.code = in.text();
    result.reason = in.text();
    result.password = in.text();
    made.push_back(std::move(result));
  }
  return made;
}

std::string seal_text(std::string_view text, const sasl::Sealer& sealer, io::Random& random) { return base64(sealer.seal(text, kContext, random)); }

Result<std::string> unseal_text(std::string_view sealed, const sasl::Sealer& sealer) {
  const auto bytes = parse_base64(sealed);
  if (!bytes) return fail(Fault::Broken, "a bulk job's sealed text is damaged");
  TRY(const auto clear, sealer.unseal(*bytes, kContext));
  return std::string(clear.text());
}

Result<> put_chunk(Connection& connection, std::string_view job, const Chunk& chunk, const sasl::Sealer& sealer, io::Random& random) {
  auto text = encode_rows(chunk.rows);
  const auto sealed = seal_text(text, sealer, random);
  sasl::wipe(text);
  TRY_OK(connection.run("INSERT INTO bulk_chunks (job, first_row, rows_sealed) VALUES ($1, $2, $3)", {job, chunk.first, sealed}));
  return {};
}

Result<std::optional<Chunk>> chunk_of(Connection& connection, std::string_view job, std::int64_t row, const sasl::Sealer& sealer) {
  TRY(const auto rows, connection.run("SELECT first_row, rows_sealed FROM bulk_chunks WHERE job = $1 AND first_row <= $2 ORDER BY first_row DESC LIMIT 1", {job, row}));
  if (rows.empty()) return std::nullopt;
  Chunk chunk{rows[0][0].number(), {}};
  TRY(auto text, unseal_text(rows[0][1].text(), sealer));
  TRY(chunk.rows, decode_rows(text));
  sasl::wipe(text);
  if (row >= chunk.first + static_cast<std::int64_t>(chunk.rows.size())) return std::nullopt;
  return chunk;
}

Result<> erase_chunk(Connection& connection, std::string_view job, std::int64_t first) {
  TRY_OK(connection.run("DELETE FROM bulk_chunks WHERE job = $1 AND first_row = $2", {job, first}));
  return {};
}

Result<bool> erase_chunks(Connection& connection, std::string_view job, std::uint64_t most) {
  TRY_OK(connection.run("DELETE FROM bulk_chunks WHERE job = $1 AND first_row IN (SELECT first_row FROM bulk_chunks WHERE job = $1 ORDER BY first_row LIMIT $2)", {job, most}));
  TRY(const auto rest, connection.run("SELECT 1 FROM bulk_chunks WHERE job = $1 LIMIT 1", {job}));
  return !rest.empty();
}

}  // namespace postroad::control
