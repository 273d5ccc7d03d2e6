#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "control/bulk_store.h"
#include "sql/database.h"

namespace postroad::control {

// A database beside the real one, of which it takes over what a row of a job looks at, when a row first looks at it. So a
// job can be tried by the same code that would do it, with all that its earlier rows would have done, and nobody sees
// anything of it. It goes with the object, in whose one transaction everything happens.
//
// One thread at a time.
class BulkScratch {
 public:
  static Result<std::unique_ptr<BulkScratch>> make();
  ~BulkScratch();

  sql::Connection& connection() { return *connection_; }
  // What the job's submitter may do.
  Result<> bring_caller(sql::Connection& real, const JobRow& job);
  // What a row is about.
  Result<> bring(sql::Connection& real, const BulkChange& change);
  // Forgets what nothing looks at any more.
  Result<> forget();

 private:
  explicit BulkScratch(std::unique_ptr<sql::Connection> connection) : connection_(std::move(connection)) {}
  // False where that was brought before.
  Result<bool> is_new(const std::string& key);
  Result<sql::Rows> copy(sql::Connection& real, std::string_view table, std::string_view condition, std::initializer_list<sql::Argument> arguments);
  Result<> bring_company(sql::Connection& real, std::string id);
  Result<> bring_object(sql::Connection& real, const std::string& id);
  Result<> bring_domain(sql::Connection& real, std::string_view condition, const std::string& value);
  Result<> bring_users_of(sql::Connection& real, const std::string& domain);
  Result<> bring_user(sql::Connection& real, std::string_view condition, std::initializer_list<sql::Argument> arguments);
  Result<> bring_named(sql::Connection& real, const std::string& domain, std::string_view local);

  std::unique_ptr<sql::Connection> connection_;
};

}  // namespace postroad::control
