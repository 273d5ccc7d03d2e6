#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "log/log.h"
#include "metrics/metrics.h"
#include "sql/database.h"

namespace postroad::sql {

// Where a database is: the path of a file, for SQLite, or postgresql://..., for PostgreSQL. The setting
// `control.database` is one.
//
// What is wrong in it, in words; a password is never repeated.
Result<> check_location(const std::string& location);

// For people and logs: without a password.
std::string shown_location(const std::string& location);

struct Opening {
  std::filesystem::path folder;  // that a path which is not absolute is in
  std::string program = "postroad";
  std::chrono::milliseconds statement_timeout{30'000};  // of PostgreSQL
  log::Log* log = nullptr;
  metrics::Registry* metrics = nullptr;
};
// Does not connect yet.
Result<std::unique_ptr<Database>> open_location(const std::string& location, const Opening& opening);

}  // namespace postroad::sql
