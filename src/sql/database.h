#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/value.h"

// A SQL database behind one interface. The statements are written once, in the SQL that SQLite and PostgreSQL
// share; README.md tells what that is.
namespace postroad::sql {

// One connection, used by one thread at a time. Statements are prepared once and kept.
//
// A failure is Busy where another connection holds what is needed or the server is away, Conflict (code UNIQUE) where a
// constraint does not hold, Refused where an argument is no UTF-8 or holds NUL, Broken else. A transaction in which a
// statement failed goes on only after a ROLLBACK TO a savepoint before it.
class Connection {
 public:
  virtual ~Connection() = default;

  // One statement. The rows of a SELECT, no rows of another.
  Result<Rows> run(std::string_view statement, std::span<const Argument> arguments) {
    TRY_OK(check_texts(arguments));
    return run_checked(statement, arguments);
  }
  Result<Rows> run(std::string_view statement, std::initializer_list<Argument> arguments = {}) {
    return run(statement, std::span(arguments.begin(), arguments.size()));
  }
  // Statements parted by semicolons, without arguments or results. May take as long as it takes: for migrations.
  virtual Result<> run_script(std::string_view statements) = 0;
  // The rows of a SELECT without arguments, one after the other, however many there are. Within a transaction; ends at
  // the first failure of `take`, which must not use the connection.
  virtual Result<> each_row(const std::string& statement, const std::function<Result<>(Row&)>& take) = 0;
  // All tables, by name; without those that belong to the engine.
  virtual Result<std::vector<std::string>> tables() = 0;

  // begin() takes the right to write at once, where the connection writes. After a failed begin() there is no
  // transaction. commit() fails Broken where nobody knows whether it happened; otherwise what failed did not happen.
  // rollback() always ends the transaction.
  virtual Result<> begin() = 0;
  virtual Result<> commit() = 0;
  virtual void rollback() = 0;

  // After a commit, what the engine wants done beside what goes on here: once, on any thread, or never. Nothing: nothing.
  virtual std::function<void()> chore() { return {}; }

 protected:
  virtual Result<Rows> run_checked(std::string_view statement, std::span<const Argument> arguments) = 0;

 private:
  static Result<> check_texts(std::span<const Argument> arguments);
};

enum class Access { Write, Read };

class Database {
 public:
  virtual ~Database() = default;
  // From any thread.
  virtual Result<std::unique_ptr<Connection>> connect(Access access) = 0;
};

// The first row, which the statement is known to give.
inline Result<Row> run_one(Connection& connection, std::string_view statement, std::initializer_list<Argument> arguments = {}) {
  TRY(auto rows, connection.run(statement, arguments));
  if (rows.empty()) return fail(Fault::Broken, "the database lacks a row that must be there");
  return std::move(rows.front());
}

}  // namespace postroad::sql
