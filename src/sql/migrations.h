#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sql/database.h"

namespace postroad::sql {

// One step of a schema: it takes a database of format `number - 1` to `number`. Steps that were released never change.
struct Migration {
  std::uint32_t number;  // from 1, without gaps
  std::string_view script;
};

// Brings the database to the newest format, in one transaction. Refused, with a sentence for
// people, where the database is of a format that is not known yet.
Result<> migrate(Connection& connection, std::span<const Migration> migrations);
// The same within the caller's transaction.
Result<> migrate_within(Connection& connection, std::span<const Migration> migrations);

}  // namespace postroad::sql
