#include "sql/postgres/connection.h"

#include <thread>

namespace postroad::sql::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kBetweenTries{100};
constexpr milliseconds kScriptPatience = std::chrono::hours(24);
constexpr const char* kBeginReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

// For those who asked for something: where the server is and what it said is the log's.
std::unexpected<Error> away() { return fail(Fault::Busy, "the database is not available now, and nothing was done: try again in a while"); }

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(std::shared_ptr<Server> server, Access access) {
  const auto patience = server->options.reconnect_time;
  std::unique_ptr<Connection> made(new Connection(std::move(server), access));
  TRY_OK(made->reopen(patience));
  made->is_new_ = false;
  return made;
}

// A new session, and for one that writes the right to.
Result<> Connection::try_reopen() {
  TRY(auto session, server_->open(access_));
  if (access_ == Access::Write) {
    TRY(found_, right_ ? retake_right(*session, server_->patience()) : take_right(*session, server_->patience()));
    if (!right_) right_ = found_;
  }
  session_ = std::move(session);
  return {};
}

// Who comes when the server has been away for as long already has one try.
Result<> Connection::reopen(milliseconds patience) {
  session_.reset();
  const auto until = steady_clock::now() + (server_->away_for() > patience ? milliseconds(0) : patience);
  for (;;) {
    auto made = try_reopen();
    if (made && !is_new_) server_->note_back();
    if (made || made.error().fault != Fault::Busy || steady_clock::now() >= until) return made;
    std::this_thread::sleep_for(kBetweenTries);
  }
}

// A session to begin something with.
Result<> Connection::ready() {
  if (has_session()) return {};
  if (is_in_transaction_) return away();
  if (const auto made = reopen(server_->options.reconnect_time); !made)
    return made.error().fault == Fault::Busy ? away() : fail(Fault::Broken, made.error().text);
  if (!right_ || (found_->name == right_->name && found_->commits == right_->commits)) return {};
  session_.reset();
  return fail(Fault::Broken, "somebody else wrote into the database since the connection was lost, or it is an older state of it: "
                             "what is known of it here is not true any more");
}

// Notes a loss. A statement that writes outside a transaction may have been done all the same.
Result<Rows> Connection::judged(Result<Rows> made) {
  if (made || has_session()) return made;
  server_->note_lost(made.error().text);
  if (access_ == Access::Write && !is_in_transaction_) return fail(Fault::Broken, made.error().text);
  return away();
}

Result<Rows> Connection::ask(const std::string& statements, milliseconds patience) {
  TRY_OK(ready());
  return judged(session_->ask(statements, patience));
}

Result<Rows> Connection::run_checked(std::string_view statement, std::span<const Argument> arguments) {
  TRY_OK(ready());
  return judged(session_->run(statement, arguments, server_->patience()));
}

Result<> Connection::run_script(std::string_view statements) {
  TRY_OK(ask("SET statement_timeout = 0", server_->patience()));
  const auto made = ask(std::string(statements), kScriptPatience);
  const auto restored = ask("SET statement_timeout = " + std::to_string(server_->options.statement_timeout.count()), server_->patience());
  if (!made) return std::unexpected(made.error());
  if (!restored) return std::unexpected(restored.error());
  return {};
}

// By a cursor, so that neither side holds all rows at once.
Result<> Connection::each_row(const std::string& statement, const std::function<Result<>(Row&)>& take) {
  TRY_OK(ask("DECLARE each_row NO SCROLL CURSOR FOR " + statement, server_->patience()));
  auto made = fetch_all(take);
  TRY_OK(ask("CLOSE each_row", server_->patience()));
  return made;
}

Result<> Connection::fetch_all(const std::function<Result<>(Row&)>& take) {
  for (;;) {
    TRY(auto rows, ask("FETCH 1000 FROM each_row", server_->patience()));
    if (rows.empty()) return {};
    for (auto& row : rows) TRY_OK(take(row));
  }
}

Result<std::vector<std::string>> Connection::tables() {
  TRY(const auto rows, run("SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() "
                           "AND table_type = 'BASE TABLE' AND table_name <> 'sql_writer' ORDER BY 1", {}));
  std::vector<std::string> made;
  for (const auto& row : rows) made.push_back(row[0].text());
  return made;
}

Result<> Connection::begin_once() {
  TRY_OK(ready());
  auto made = session_->ask(right_ ? begin_writing(*right_) : kBeginReading, server_->patience());
  is_in_transaction_ = has_session();
  if (!made) {
    if (has_session()) {
      rollback();
      return std::unexpected(made.error());
    }
    server_->note_lost(made.error().text);
    return away();
  }
  if (!right_) return {};
  if (made->size() == 1 && made->front()[0].number() == right_->commits + 1) return {};
  rollback();
  return fail(Fault::Broken, "somebody else has taken the right to write into the database");
}

// The first statement to a session tells whether it is still there: nothing is lost by another one.
Result<> Connection::begin() {
  const bool had_session = has_session();
  auto made = begin_once();
  if (!made && had_session && !has_session()) made = begin_once();
  return made;
}

Result<> Connection::commit() {
  TRY_OK(ready());
  const auto made = session_->ask("COMMIT", server_->patience());
  is_in_transaction_ = false;
  if (made) {
    if (session_->done() != "COMMIT") return fail(Fault::Busy, "the database took the transaction back after a statement that failed");
    if (right_) ++right_->commits;
    return {};
  }
  if (has_session()) return std::unexpected(made.error());
  server_->note_lost(made.error().text);
  return right_ ? resolve(made.error()) : away();
}

// What became of a COMMIT whose answer was lost. The right to write is free when its session has ended, one way or
// the other, and then the row tells.
Result<> Connection::resolve(const Error& lost) {
  const auto before = right_->commits;
  const auto back = reopen(server_->options.resolve_time);
  if (back && found_->name == right_->name && found_->commits == before) {
    server_->note_resolved("undone", lost.text);
    return away();
  }
  if (back && found_->name == right_->name && found_->commits == before + 1) {
    server_->note_resolved("done", lost.text);
    right_ = found_;
    return {};
  }
  session_.reset();
  const auto why = back ? std::string("somebody else wrote into the database since, or it is an older state of it") : back.error().text;
  server_->note_resolved("unknown", lost.text + "; " + why);
  return fail(Fault::Broken, "whether the transaction was committed is not known: " + lost.text + "; " + why);
}

void Connection::rollback() {
  if (is_in_transaction_ && has_session() && !session_->ask("ROLLBACK", server_->patience())) session_.reset();
  is_in_transaction_ = false;
}

}  // namespace postroad::sql::postgres

namespace postroad::sql {

Postgres::Postgres(std::string uri, Options options) : server_(std::make_shared<postgres::Server>(std::move(uri), std::move(options))) {}
Postgres::~Postgres() = default;

Result<std::unique_ptr<Connection>> Postgres::connect(Access access) { return postgres::Connection::open(server_, access); }

}  // namespace postroad::sql
