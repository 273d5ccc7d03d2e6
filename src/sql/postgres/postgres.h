#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "log/log.h"
#include "metrics/metrics.h"
#include "sql/database.h"

namespace postroad::sql {

namespace postgres {
class Server;
}

// A database of PostgreSQL 15 or later, by libpq: one schema of it, the first of its search_path.
//
// One connection that writes at a time, over all processes: who opens it takes an advisory lock that lives as long as
// the session in which it writes, so whoever lost the lock has lost the session too. connect() is Busy while another
// has it. Connections heal: where the server was restarted, begin() opens a new session, and waits a little for that.
//
// A connection that is lost while it commits asks a new session what became of the transaction, before it answers.
class Postgres : public Database {
 public:
  struct Options {
    std::chrono::milliseconds connect_timeout{5'000};     // where the URI has none; whole seconds
    std::chrono::milliseconds statement_timeout{30'000};  // on the server; past it: Busy
    std::chrono::milliseconds lock_timeout{5'000};        // for the right to write, and for any lock
    std::chrono::milliseconds reconnect_time{5'000};      // that connect() and begin() go on trying
    std::chrono::milliseconds resolve_time{30'000};       // that a lost commit() goes on asking
    std::string program = "postroad";                     // what the server's administrator sees
    log::Log* log = nullptr;
    metrics::Registry* metrics = nullptr;
  };
  // `uri`: postgresql://...; what libpq's manual says of connection URIs.
  explicit Postgres(std::string uri) : Postgres(std::move(uri), Options{}) {}
  Postgres(std::string uri, Options options);
  ~Postgres() override;

  Result<std::unique_ptr<Connection>> connect(Access access) override;

 private:
  std::shared_ptr<postgres::Server> server_;
};

}  // namespace postroad::sql
