#include "sql/postgres/right.h"

namespace postroad::sql::postgres {
namespace {

using std::chrono::milliseconds;

// The lock's number: `post`, and the schema's.
#define RIGHT_NUMBER "(SELECT (1886352244::bigint << 32) | oid::bigint FROM pg_namespace WHERE nspname = current_schema())"
constexpr const char* kLock = "SELECT pg_advisory_lock(" RIGHT_NUMBER ")";
constexpr const char* kHolder =
    "SELECT a.pid, a.application_name, coalesce(host(a.client_addr), 'this machine'), to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') "
    "FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
    "AND ((l.classid::bigint << 32) | l.objid::bigint) = " RIGHT_NUMBER " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())";
#undef RIGHT_NUMBER
constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS sql_writer (place BIGINT PRIMARY KEY, name TEXT NOT NULL, commits BIGINT NOT NULL)";
constexpr const char* kTake =
    "INSERT INTO sql_writer (place, name, commits) VALUES (1, gen_random_uuid()::text, 0) "
    "ON CONFLICT (place) DO UPDATE SET name = excluded.name RETURNING name, commits";
constexpr const char* kLook = "SELECT name, commits FROM sql_writer WHERE place = 1";

Result<> lock(Session& session, milliseconds patience) {
  const auto locked = session.ask(kLock, patience);
  if (locked) return {};
  if (session.is_lost()) return std::unexpected(locked.error());
  const auto holder = session.ask(kHolder, patience);
  std::string who = "another session";
  if (holder && !holder->empty()) {
    const auto& row = holder->front();
    who = row[1].text_or_empty() + " from " + row[2].text() + " (server process " + std::to_string(row[0].number()) + ", since " + row[3].text_or_empty() + " UTC)";
  }
  return fail(Fault::Busy, "only one may write into the database, and " + who + " does: stop it first");
}

Result<Right> right_of(const Result<Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  if (rows->size() != 1) return fail(Fault::Broken, "the table sql_writer has lost its row: the database was altered by hand");
  return Right{rows->front()[0].text(), rows->front()[1].number()};
}

}  // namespace

Result<Right> take_right(Session& session, milliseconds patience) {
  TRY_OK(lock(session, patience));
  TRY_OK(session.ask(kTable, patience));
  return right_of(session.ask(kTake, patience));
}

Result<Right> retake_right(Session& session, milliseconds patience) {
  TRY_OK(lock(session, patience));
  return right_of(session.ask(kLook, patience));
}

std::string begin_writing(const Right& right) {
  return "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; UPDATE sql_writer SET commits = commits + 1 WHERE place = 1 AND name = '" +
         right.name + "' RETURNING commits";
}

}  // namespace postroad::sql::postgres
