#include "sql/postgres/right.h"

namespace postroad::sql::postgres {
namespace {

using std::chrono::milliseconds;

// The lock's number: `post`, and the schema's.
#define RIGHT_NUMBER "(SELECT (1886352244::bigint << 32) | oid::bigint FROM pg_namespace WHERE nspname = current_schema())"
const std::string kLock = "SELECT pg_advisory_lock(" RIGHT_NUMBER ")";
const std::string kHolder =
    "SELECT a.pid, a.application_name, coalesce(host(a.client_addr), 'this machine'), to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') "
    "FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
    "AND ((l.classid::bigint << 32) | l.objid::bigint) = " RIGHT_NUMBER " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())";
#undef RIGHT_NUMBER
constexpr const char* kTake =
    "CREATE TABLE IF NOT EXISTS sql_writer (place BIGINT PRIMARY KEY, name TEXT NOT NULL, commits BIGINT NOT NULL)"
    "; INSERT INTO sql_writer (place, name, commits) VALUES (1, gen_random_uuid()::text, 0) "
    "ON CONFLICT (place) DO UPDATE SET name = excluded.name RETURNING name, commits";
constexpr const char* kLook = "SELECT name, commits FROM sql_writer WHERE place = 1";

// Who has the lock, for people.
std::string holder(Session& session, milliseconds patience) {
  const auto found = session.ask(kHolder, patience);
  if (!found || found->empty()) return "another session";
  const auto& row = found->front();
  return row[1].text_or_empty() + " from " + row[2].text() + " (server process " + std::to_string(row[0].number()) + ", since " +
         row[3].text_or_empty() + " UTC)";
}

// Apart from the look at the row, whose snapshot must be one of after.
Result<> lock(Session& session, milliseconds patience) {
  const auto locked = session.ask(kLock, patience);
  if (locked) return {};
  if (session.is_lost() || locked.error().fault != Fault::Busy) return std::unexpected(locked.error());
  return fail(Fault::Busy, "only one may write into the database, and " + holder(session, patience) + " does: stop it first");
}

Result<Right> look(Session& session, const char* statements, milliseconds patience) {
  TRY_OK(lock(session, patience));
  TRY(const auto rows, session.ask(statements, patience));
  if (rows.size() != 1) return fail(Fault::Broken, "the table sql_writer has lost its row: the database was altered by hand");
  return Right{rows[0][0].text(), rows[0][1].number()};
}

}  // namespace

Result<Right> take_right(Session& session, milliseconds patience) { return look(session, kTake, patience); }
Result<Right> retake_right(Session& session, milliseconds patience) { return look(session, kLook, patience); }

std::string begin_writing(const Right& right) {
  return "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; UPDATE sql_writer SET commits = commits + 1 WHERE place = 1 AND name = '" +
         right.name + "' RETURNING commits";
}

}  // namespace postroad::sql::postgres
