#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sql/database.h"
#include "status/incident.h"

namespace postroad::status {

// What was told, for years: incidents and their updates, in status' own database. Only ever added to. Calls block for
// a moment; the status plane has nothing else to do.
class Archive {
 public:
  // Makes the database, or brings an older one up to date. Refused: made by a newer release.
  static Result<std::unique_ptr<Archive>> open(std::unique_ptr<sql::Database> database);

  // Adds a post, and returns its incident as it is then; on the disk when it returns. NotFound: no such incident.
  // Conflict: that incident is closed; open a new one.
  Result<Incident> add(const Post& post, Time now);

  // Newest first, by their opening; at most `most`.
  Result<std::vector<Incident>> incidents(std::size_t most);

  // Small things to remember, as the probe's password for a cluster.
  Result<std::string> remembered(const std::string& name);  // empty: nothing
  Result<> remember(const std::string& name, const std::string& value);

 private:
  Archive(std::unique_ptr<sql::Database> database, std::unique_ptr<sql::Connection> connection);
  Result<Incident> load(std::int64_t number);
  Result<std::int64_t> add_in_transaction(const Post& post, Time now);
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<sql::Connection> connection_;
};

}  // namespace postroad::status
