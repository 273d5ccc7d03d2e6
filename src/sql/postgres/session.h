#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "sql/database.h"

struct pg_conn;
struct pg_result;

namespace postroad::sql::postgres {

// How to reach the server, as libpq's keywords: later ones win. `dbname` may be a whole URI.
using Keywords = std::vector<std::pair<std::string, std::string>>;

// One session of a server: statements and their answers, each with a deadline. A session that was lost stays lost; its
// failures are Busy then, but for is_lost() nothing can be told from them.
class Session {
 public:
  static Result<std::unique_ptr<Session>> open(const Keywords& keywords);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Statements parted by semicolons: the rows of the last one. After its failure nothing of them has happened, unless
  // they hold BEGIN or COMMIT.
  Result<Rows> ask(const std::string& statements, std::chrono::milliseconds patience);
  // One statement, prepared once for each pattern of types.
  Result<Rows> run(std::string_view statement, std::span<const Argument> arguments, std::chrono::milliseconds patience);

  bool is_lost() const { return is_lost_; }
  // What the server says that it did last: `COMMIT`, `ROLLBACK`, ...
  const std::string& done() const { return done_; }

 private:
  struct CloseConnection {
    void operator()(pg_conn* connection) const;
  };
  struct ClearResult {
    void operator()(pg_result* result) const;
  };
  using Connection = std::unique_ptr<pg_conn, CloseConnection>;
  using Answer = std::unique_ptr<pg_result, ClearResult>;
  using Deadline = std::chrono::steady_clock::time_point;

  explicit Session(Connection connection) : connection_(std::move(connection)) {}

  Result<std::string> prepare(std::string_view statement, std::span<const Argument> arguments, Deadline until);
  Result<Rows> finish(bool is_sent, Deadline until);
  Result<> flush(Deadline until);
  Result<> await(short events, Deadline until);
  Result<Answer> next_answer(Deadline until);
  std::unexpected<Error> refusal(pg_result* answer);
  std::unexpected<Error> lost(const std::string& why);

  Connection connection_;
  bool is_lost_ = false;
  std::string done_;
  std::map<std::string, std::string, std::less<>> prepared_;  // by types and text: the name
  std::uint64_t last_name_ = 0;
};

}  // namespace postroad::sql::postgres
