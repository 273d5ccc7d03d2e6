#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "sql/postgres/postgres.h"
#include "sql/postgres/session.h"

namespace postroad::sql::postgres {

// What the connections of one database share: how sessions are opened, and since when that fails. From any thread.
class Server {
 public:
  Server(std::string uri, Postgres::Options options);

  // A session with its limits set, in a database that will do. One try; who comes within a moment of a failed one
  // shares its failure.
  Result<std::unique_ptr<Session>> open(Access access);
  // Since the first try that failed; 0 while it is there.
  std::chrono::milliseconds away_for();

  // For one statement: what the server allows, and a grace for its answer to come.
  std::chrono::milliseconds patience() const { return options.statement_timeout + std::chrono::seconds(5); }

  // For the log and the metrics.
  void note_lost(const std::string& why) const;
  void note_back() const;
  void note_resolved(std::string_view outcome, const std::string& why) const;

  const std::string uri;
  const Postgres::Options options;

 private:
  using Tick = std::chrono::steady_clock::time_point;
  Result<std::unique_ptr<Session>> try_open(Access access) const;

  std::mutex mutex_;  // guards what follows
  std::optional<Tick> away_since_;
  Tick tried_at_;
  Error why_;
};

}  // namespace postroad::sql::postgres
