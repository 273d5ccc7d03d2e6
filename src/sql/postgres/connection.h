#pragma once

#include "sql/postgres/right.h"
#include "sql/postgres/server.h"

namespace postroad::sql::postgres {

// A connection that outlives its sessions.
class Connection : public sql::Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(std::shared_ptr<Server> server, Access access);

  Result<> run_script(std::string_view statements) override;
  Result<> each_row(const std::string& statement, const std::function<Result<>(Row&)>& take) override;
  Result<std::vector<std::string>> tables() override;
  Result<> begin() override;
  Result<> commit() override;
  void rollback() override;

 protected:
  Result<Rows> run_checked(std::string_view statement, std::span<const Argument> arguments) override;

 private:
  Connection(std::shared_ptr<Server> server, Access access) : server_(std::move(server)), access_(access) {}

  bool has_session() const { return session_ != nullptr && !session_->is_lost(); }
  Result<> ready();
  Result<> reopen(std::chrono::milliseconds patience);
  Result<> try_reopen();
  Result<> begin_once();
  Result<> resolve(const Error& lost);
  Result<> fetch_all(const std::function<Result<>(Row&)>& take);
  Result<Rows> ask(const std::string& statements, std::chrono::milliseconds patience);
  Result<Rows> judged(Result<Rows> made);

  std::shared_ptr<Server> server_;
  Access access_;
  bool is_new_ = true;
  std::unique_ptr<Session> session_;
  std::optional<Right> right_;     // of one that writes, as it was after its last commit
  std::optional<Right> found_;     // as the new session found it
  bool is_in_transaction_ = false;
};

}  // namespace postroad::sql::postgres
