#include "sql/postgres/session.h"

#include <libpq-fe.h>
#include <poll.h>

#include <cerrno>

#include "base/text.h"
#include "sql/postgres/fault.h"
#include "sql/postgres/rows.h"

namespace postroad::sql::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kPreparedMost = 500;

// libpq's messages are lines; ours are not.
std::string one_line(const char* message) {
  std::string made(trim(message == nullptr ? "" : message));
  for (auto& c : made)
    if (c == '\n' || c == '\t') c = ' ';
  return made.empty() ? "no reason was given" : made;
}

void ignore_notice(void*, const char*) {}

}  // namespace

void Session::CloseConnection::operator()(pg_conn* connection) const { PQfinish(connection); }
void Session::ClearResult::operator()(pg_result* result) const { PQclear(result); }

Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::open(const Keywords& keywords) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : keywords) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);

  // Blocks for connect_timeout with each host at most: only so libpq goes on to the next one.
  Connection connection(PQconnectdbParams(names.data(), values.data(), 1));
  if (!connection) return fail(Fault::Busy, "no memory for a connection");
  std::unique_ptr<Session> session(new Session(std::move(connection)));
  auto* const raw = session->connection_.get();
  PQsetNoticeProcessor(raw, ignore_notice, nullptr);
  if (PQstatus(raw) != CONNECTION_OK || PQsetnonblocking(raw, 1) != 0) return fail(Fault::Busy, one_line(PQerrorMessage(raw)));
  return session;
}

std::unexpected<Error> Session::lost(const std::string& why) {
  is_lost_ = true;
  constexpr std::string_view kBegins = "the connection to the database was lost: ";
  return fail(Fault::Busy, (why.starts_with(kBegins) ? "" : std::string(kBegins)) + why);
}

Result<> Session::await(short events, Deadline until) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now()).count();
    pollfd waiting{.fd = PQsocket(connection_.get()), .events = events, .revents = 0};
    const int ready = left <= 0 ? 0 : ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, INT_MAX)));
    if (ready > 0) return {};
    if (ready == 0) return lost("the server does not answer");
    if (errno != EINTR) return lost("poll failed");
  }
}

Result<> Session::flush(Deadline until) {
  for (;;) {
    const int left = PQflush(connection_.get());
    if (left == 0) return {};
    if (left < 0) return lost(one_line(PQerrorMessage(connection_.get())));
    TRY_OK(await(POLLIN | POLLOUT, until));
    if (PQconsumeInput(connection_.get()) == 0) return lost(one_line(PQerrorMessage(connection_.get())));
  }
}

Result<Session::Answer> Session::next_answer(Deadline until) {
  while (PQisBusy(connection_.get()) != 0) {
    TRY_OK(await(POLLIN, until));
    if (PQconsumeInput(connection_.get()) == 0) return lost(one_line(PQerrorMessage(connection_.get())));
  }
  return Answer(PQgetResult(connection_.get()));
}

// The message without its details, which quote rows.
std::unexpected<Error> Session::refusal(pg_result* answer) {
  const char* const field = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
  const std::string state = field == nullptr ? "" : field;
  const char* const primary = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
  const auto text = "the database refuses a statement: " + one_line(primary == nullptr ? PQresultErrorMessage(answer) : primary) + (state.empty() ? "" : " (" + state + ")");
  return fail(fault_of(state), text, is_constraint(state) ? "UNIQUE" : "");
}

// Takes all answers, so that the session is ready for the next statement; the first failure counts.
Result<Rows> Session::finish(bool is_sent, Deadline until) {
  auto* const raw = connection_.get();
  if (is_lost_) return lost("at an earlier statement");
  if (!is_sent) return lost(one_line(PQerrorMessage(raw)));
  TRY_OK(flush(until));
  Result<Rows> made;
  for (;;) {
    const auto answer = next_answer(until);
    if (!answer) return made ? lost(answer.error().text) : lost(made.error().text);  // the server's own words, if it had any
    if (!*answer) break;
    auto* const result = answer->get();
    if (!made) continue;
    if (const auto status = PQresultStatus(result); status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
      made = refusal(result);
    } else {
      done_ = PQcmdStatus(result);
      made = rows_of(result);
    }
  }
  if (PQstatus(raw) == CONNECTION_BAD) return lost(made ? one_line(PQerrorMessage(raw)) : made.error().text);
  return made;
}

Result<Rows> Session::ask(const std::string& statements, milliseconds patience) {
  const auto until = steady_clock::now() + patience;
  return finish(!is_lost_ && PQsendQuery(connection_.get(), statements.c_str()) == 1, until);
}

Result<std::string> Session::prepare(std::string_view statement, std::span<const Argument> arguments, Deadline until) {
  auto key = pattern(arguments) + " " + std::string(statement);
  if (const auto known = prepared_.find(key); known != prepared_.end()) return known->second;
  if (prepared_.size() >= kPreparedMost) {
    TRY_OK(finish(PQsendQuery(connection_.get(), "DEALLOCATE ALL") == 1, until));
    prepared_.clear();
  }
  auto name = "s" + std::to_string(++last_name_);
  const Parameters parameters(arguments);
  TRY_OK(finish(PQsendPrepare(connection_.get(), name.c_str(), std::string(statement).c_str(), parameters.count(), parameters.types.data()) == 1, until));
  return prepared_.emplace(std::move(key), std::move(name)).first->second;
}

Result<Rows> Session::run(std::string_view statement, std::span<const Argument> arguments, milliseconds patience) {
  if (is_lost_) return lost("at an earlier statement");
  const auto until = steady_clock::now() + patience;
  TRY(const auto name, prepare(statement, arguments, until));
  const Parameters given(arguments);
  return finish(PQsendQueryPrepared(connection_.get(), name.c_str(), given.count(), given.values.data(), given.lengths.data(),
                                    given.formats.data(), 0) == 1, until);
}

}  // namespace postroad::sql::postgres
