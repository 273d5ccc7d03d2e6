#include "sql/migrations.h"

#include <string>

namespace postroad::sql {

Result<> migrate_within(Connection& connection, std::span<const Migration> migrations) {
  for (std::size_t at = 0; at < migrations.size(); ++at) check(migrations[at].number == at + 1, "migrations are numbered without gaps");
  TRY_OK(connection.run_script("CREATE TABLE IF NOT EXISTS format (version BIGINT NOT NULL)"));
  TRY(const auto rows, connection.run("SELECT version FROM format"));
  if (rows.empty()) TRY_OK(connection.run("INSERT INTO format (version) VALUES (0)"));
  const auto found = rows.empty() ? 0 : rows[0][0].number();
  if (found > static_cast<std::int64_t>(migrations.size()))
    return fail(Fault::Refused, "the database has format " + std::to_string(found) + ", and this version knows formats up to " +
                                    std::to_string(migrations.size()) + ": install the newer version that wrote it");
  for (const auto& migration : migrations) {
    if (migration.number <= found) continue;
    TRY_OK(connection.run_script(migration.script));
    TRY_OK(connection.run("UPDATE format SET version = $1", {migration.number}));
  }
  return {};
}

Result<> migrate(Connection& connection, std::span<const Migration> migrations) {
  TRY_OK(connection.begin());
  const auto done = migrate_within(connection, migrations);
  if (done) {
    TRY_OK(connection.commit());
  } else {
    connection.rollback();
  }
  return done;
}

}  // namespace postroad::sql
