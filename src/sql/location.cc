#include "sql/location.h"

#include "sql/postgres/postgres.h"
#include "sql/postgres/uri.h"
#include "sql/sqlite.h"

namespace postroad::sql {
namespace {

constexpr std::string_view kExpected = "expected the path of a file, for SQLite, or postgresql://user@host/database, for PostgreSQL";

bool is_postgres(std::string_view location) { return location.starts_with("postgresql://") || location.starts_with("postgres://"); }

}  // namespace

Result<> check_location(const std::string& location) {
  if (is_postgres(location)) return postgres::check_uri(location);
  const bool is_uri = location.contains("://");
  const bool is_conninfo = location.contains("host=") || location.contains("dbname=");
  if (location.empty() || location.contains('\0') || location.ends_with('/') || is_uri || is_conninfo)
    return fail(Fault::Syntax, std::string(kExpected));
  return {};
}

std::string shown_location(const std::string& location) { return is_postgres(location) ? postgres::shown_uri(location) : location; }

Result<std::unique_ptr<Database>> open_location(const std::string& location, const Opening& opening) {
  TRY_OK(check_location(location));
  if (!is_postgres(location)) return std::make_unique<Sqlite>((opening.folder / location).string());
  Postgres::Options options;
  options.program = opening.program;
  options.statement_timeout = opening.statement_timeout;
  options.log = opening.log;
  options.metrics = opening.metrics;
  return std::make_unique<Postgres>(location, std::move(options));
}

}  // namespace postroad::sql
