#include "sql/postgres/server.h"

#include "sql/postgres/uri.h"

namespace postroad::sql::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kShared{200};
constexpr std::int64_t kVersionLeast = 150'000;

std::string count(milliseconds time) { return std::to_string(time.count()); }

// A peer that is gone is noticed within half a minute, on both sides, so that it does not keep the right to write.
Keywords keywords(const std::string& uri, const Postgres::Options& options, Access access) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.connect_timeout).count();
  return {
      {"connect_timeout", std::to_string(seconds)},
      {"keepalives_idle", "10"},
      {"keepalives_interval", "5"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "25000"},
      {"target_session_attrs", access == Access::Write ? "read-write" : "any"},
      {"fallback_application_name", options.program},
      {"dbname", uri},  // what it says goes before
      {"client_encoding", "UTF8"},
  };
}

std::string limits(const Postgres::Options& options) {
  return "SET statement_timeout = " + count(options.statement_timeout) + "; SET lock_timeout = " + count(options.lock_timeout) +
         "; SET idle_in_transaction_session_timeout = 60000; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5"
         "; SET tcp_keepalives_count = 3"
         // What is accepted is durable, whatever the server's default.
         "; SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";
}

constexpr const char* kQualities =
    "; SELECT current_setting('server_version_num')::bigint, pg_encoding_to_char(encoding), "
    "'Z' < 'a' AND 'a-c' < 'ab' AND 'z~' < 'z\u00e9', current_schema(), current_setting('fsync') FROM pg_database WHERE datname = current_database()";

Result<> check_qualities(const Row& row) {
  if (row[0].number() < kVersionLeast)
    return fail(Fault::Refused, "the server is PostgreSQL " + std::to_string(row[0].number() / 10'000) + ": version 15 or later is needed");
  if (row[1].text() != "UTF8" || row[2].number() != 1)
    return fail(Fault::Refused, "the database must keep texts as UTF-8 and compare them by their bytes: make it with CREATE DATABASE postroad "
                                "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
  if (row[3].is_null()) return fail(Fault::Refused, "there is no schema of the search_path: create one, or name another");
  return {};
}

}  // namespace

Server::Server(std::string given, Postgres::Options chosen) : uri(std::move(given)), options(std::move(chosen)) {}

Result<std::unique_ptr<Session>> Server::try_open(Access access) const {
  TRY(auto session, Session::open(keywords(uri, options, access)));
  TRY(const auto rows, session->ask(limits(options) + kQualities, patience()));
  if (rows.size() != 1) return fail(Fault::Broken, "the server does not know its own database");
  TRY_OK(check_qualities(rows[0]));
  if (access == Access::Write && rows[0][4].text() != "on" && options.log != nullptr)
    options.log->warning("database.unsafe", {{"reason", "the server's fsync is off: what it has answered can be lost"}});
  return session;
}

Result<std::unique_ptr<Session>> Server::open(Access access) {
  {
    const std::lock_guard lock(mutex_);
    if (away_since_ && steady_clock::now() - tried_at_ < kShared) return std::unexpected(why_);
  }
  auto made = try_open(access);
  if (!made) made.error().text = shown_uri(uri) + ": " + made.error().text;
  const std::lock_guard lock(mutex_);
  tried_at_ = steady_clock::now();
  if (made) {
    away_since_.reset();
  } else {
    if (!away_since_ && options.log != nullptr) options.log->warning("database.away", {{"reason", made.error().text}});
    if (!away_since_) away_since_ = tried_at_;
    why_ = made.error();
  }
  return made;
}

milliseconds Server::away_for() {
  const std::lock_guard lock(mutex_);
  return away_since_ ? std::chrono::floor<milliseconds>(steady_clock::now() - *away_since_) : milliseconds(0);
}

void Server::note_lost(const std::string& why) const {
  if (options.metrics != nullptr) options.metrics->counter("postroad_sql_sessions_lost_total", "Sessions that PostgreSQL or the network ended").add();
  if (options.log != nullptr) options.log->warning("database.lost", {{"reason", why}});
}

void Server::note_back() const {
  if (options.log != nullptr) options.log->info("database.back");
}

void Server::note_resolved(std::string_view outcome, const std::string& why) const {
  if (options.metrics != nullptr)
    options.metrics->counter("postroad_sql_lost_commits_total", "Commits whose answer was lost, by what was found out", {{"outcome", std::string(outcome)}}).add();
  if (options.log != nullptr) options.log->warning("database.commit_lost", {{"outcome", outcome}, {"reason", why}});
}

}  // namespace postroad::sql::postgres
