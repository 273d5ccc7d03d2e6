#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "sql/value.h"

// A SQL database behind one interface. The statements are written once, in the SQL that SQLite and PostgreSQL
// share: arguments are `$1`, `$2`, ...; keys compare bytewise; no types but BIGINT and TEXT.
namespace postroad::sql {

// One connection, used by one thread at a time. Statements are prepared once and kept.
//
// A failure is Busy where another connection holds what is needed, Conflict (code UNIQUE) where a constraint does not
// hold, Broken else. After a Broken commit nobody knows whether it happened until the database is opened anew.
class Connection {
 public:
  virtual ~Connection() = default;

  // One statement. The rows of a SELECT, no rows of another.
  virtual Result<Rows> run(std::string_view statement, std::span<const Argument> arguments) = 0;
  Result<Rows> run(std::string_view statement, std::initializer_list<Argument> arguments = {}) {
    return run(statement, std::span(arguments.begin(), arguments.size()));
  }
  // Statements parted by semicolons, without arguments or results.
  virtual Result<> run_script(std::string_view statements) = 0;

  // begin() takes the right to write at once, where the connection writes. rollback() always ends the transaction.
  virtual Result<> begin() = 0;
  virtual Result<> commit() = 0;
  virtual void rollback() = 0;
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
