#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sql/database.h"
#include "sql/migrations.h"

namespace postroad::sql {

struct CopiedTable {
  std::string name;
  std::uint64_t rows = 0;
};

// Copies a database into an empty one, of the same engine or another: its format's tables, and all rows. One transaction:
// if it fails, the target is as empty as before. Before that is committed each table is read again there, and must hold
// the same rows.
//
// Nobody else may write into either meanwhile: PostgreSQL refuses where somebody could; with SQLite the caller sees to it.
// Refused where the target has tables, or the source is of a format that `migrations` does not know.
Result<std::vector<CopiedTable>> copy_database(Database& from, Database& to, std::span<const Migration> migrations);

}  // namespace postroad::sql
