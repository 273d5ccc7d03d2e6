#include <doctest/doctest.h>

#include <mutex>

#include "sql/postgres/postgres.h"
#include "sql/postgres/proxy_testing.h"
#include "sql/testing.h"

// Connections that are lost, at every bad moment, on a real server: what was done is told, and nothing else.
namespace postroad::sql::postgres {
namespace {
using namespace std::chrono_literals;
using Cut = testing::Proxy::Cut;

const bool kHasNoServer = sql::testing::server().empty();

struct Notes : log::Log {
  void write(log::Level, std::string_view event, std::initializer_list<log::Field>) override {
    if (event == "database.unsafe") return;  // as tests' servers are
    const std::lock_guard lock(mutex);
    events += std::string(event) + " ";
  }
  std::mutex mutex;
  std::string events;
};

// A writer and a reader whose connections go by a proxy, and one that looks straight into the database.
struct Proxied {
  sql::testing::Schema schema;
  testing::Proxy proxy{schema.uri()};
  Notes notes;
  metrics::Registry metrics;
  Postgres database{proxy.uri(), options()};
  Postgres direct{schema.uri(), options()};
  std::unique_ptr<Connection> writer = database.connect(Access::Write).value();

  Proxied() { run("CREATE TABLE t (a BIGINT PRIMARY KEY)"); }
  Postgres::Options options() {
    return {.statement_timeout = 2000ms, .lock_timeout = 300ms, .reconnect_time = 2000ms, .resolve_time = 3000ms, .log = &notes, .metrics = &metrics};
  }
  Rows run(const std::string& statement) { return writer->run(statement).value(); }
  std::size_t rows() { return direct.connect(Access::Read).value()->run("SELECT a FROM t").value().size(); }
  // A transaction of one row.
  Result<> insert(std::int64_t number) {
    TRY_OK(writer->begin());
    TRY_OK(writer->run("INSERT INTO t (a) VALUES ($1)", {number}));
    return writer->commit();
  }
  // For a moment a failed try is everybody's.
  Result<> begin_again() {
    auto made = writer->begin();
    for (const auto until = std::chrono::steady_clock::now() + 10s; !made && made.error().fault == Fault::Busy && std::chrono::steady_clock::now() < until;)
      made = writer->begin();
    return made;
  }
  // The server ends sessions, as an administrator would, or a crash.
  void end_sessions() {
    direct.connect(Access::Read).value()->run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'").value();
  }
};

TEST_CASE_FIXTURE(Proxied, "a commit whose answer is lost was done, and is told so" * doctest::skip(kHasNoServer)) {
  proxy.cut = Cut::AfterCommit;
  CHECK(insert(1));
  CHECK(rows() == 1);
  CHECK(notes.events == "database.lost database.back database.commit_lost ");
  CHECK(metrics.text().contains("postroad_sql_lost_commits_total{outcome=\"done\"} 1\n"));
  CHECK(insert(2));
  CHECK(rows() == 2);
}

TEST_CASE_FIXTURE(Proxied, "a commit that never reached the server was not done, and is Busy" * doctest::skip(kHasNoServer)) {
  proxy.cut = Cut::BeforeCommit;
  const auto made = insert(1);
  CHECK(made.error().fault == Fault::Busy);
  CHECK(made.error().text == "the database is not available now, and nothing was done: try again in a while");
  CHECK(rows() == 0);
  CHECK(metrics.text().contains("postroad_sql_lost_commits_total{outcome=\"undone\"} 1\n"));
  CHECK(insert(1));
  CHECK(rows() == 1);
}

TEST_CASE_FIXTURE(Proxied, "many losses in a row, each told as it was" * doctest::skip(kHasNoServer)) {
  std::size_t done = 0;
  for (int n = 0; n < 12; ++n) {
    proxy.cut = n % 3 == 0 ? Cut::AfterCommit : n % 3 == 1 ? Cut::BeforeCommit : Cut::Nothing;
    const auto made = insert(n);
    CHECK(made.has_value() == (n % 3 != 1));
    done += made ? 1 : 0;
    CHECK(rows() == done);
  }
}

TEST_CASE_FIXTURE(Proxied, "while nobody can ask what became of a commit, it is not known" * doctest::skip(kHasNoServer)) {
  proxy.is_closed_by_cut = true;
  proxy.cut = Cut::AfterCommit;
  const auto made = insert(1);
  CHECK(made.error().fault == Fault::Broken);
  CHECK(made.error().text.starts_with("whether the transaction was committed is not known"));
  CHECK(rows() == 1);
  CHECK(metrics.text().contains("postroad_sql_lost_commits_total{outcome=\"unknown\"} 1\n"));
  writer->rollback();
  // Nothing may be built on it: who asked last was told nothing.
  proxy.is_closed = false;
  CHECK(begin_again().error().fault == Fault::Broken);
}

TEST_CASE_FIXTURE(Proxied, "the server comes back in time to ask" * doctest::skip(kHasNoServer)) {
  proxy.is_closed_by_cut = true;
  proxy.cut = Cut::AfterCommit;
  const std::jthread opening([this](const std::stop_token& stop) {
    // As soon as the first try to ask has failed.
    for (bool is_away = false; !is_away && !stop.stop_requested(); std::this_thread::yield()) {
      const std::lock_guard lock(notes.mutex);
      is_away = notes.events.contains("database.away");
    }
    proxy.is_closed = false;
  });
  CHECK(insert(1));
  CHECK(rows() == 1);
}

TEST_CASE_FIXTURE(Proxied, "somebody else wrote before it could be asked: not known" * doctest::skip(kHasNoServer)) {
  proxy.is_closed_by_cut = true;
  proxy.cut = Cut::AfterCommit;
  const std::jthread other([this](const std::stop_token& stop) {
    std::unique_ptr<Connection> another;
    while (!another && !stop.stop_requested())
      if (proxy.is_closed) another = direct.connect(Access::Write).value_or(nullptr);
    if (another) another->begin().value();
    if (another) another->commit().value();
    another.reset();
    proxy.is_closed = false;
  });
  const auto made = insert(1);
  CHECK(made.error().fault == Fault::Broken);
  CHECK(made.error().text.contains("somebody else wrote into the database since"));
}

TEST_CASE_FIXTURE(Proxied, "sessions that the server ended are opened anew, and nobody notices" * doctest::skip(kHasNoServer)) {
  const auto reader = database.connect(Access::Read).value();
  CHECK(reader->run("SELECT a FROM t"));
  CHECK(insert(1));
  end_sessions();
  CHECK(insert(2));
  CHECK(reader->begin());
  CHECK(reader->run("SELECT a FROM t").value().size() == 2);
  reader->rollback();
}

TEST_CASE_FIXTURE(Proxied, "lost within a transaction: Busy, nothing of it stays, and the next one goes on" * doctest::skip(kHasNoServer)) {
  CHECK(writer->begin());
  CHECK(writer->run("INSERT INTO t (a) VALUES (1)"));
  end_sessions();
  CHECK(writer->run("INSERT INTO t (a) VALUES (2)").error().fault == Fault::Busy);
  CHECK(writer->run("INSERT INTO t (a) VALUES (3)").error().fault == Fault::Busy);
  CHECK(writer->commit().error().fault == Fault::Busy);
  writer->rollback();
  CHECK(rows() == 0);
  CHECK(insert(1));
}

TEST_CASE_FIXTURE(Proxied, "lost within what a reader reads: Busy" * doctest::skip(kHasNoServer)) {
  const auto reader = database.connect(Access::Read).value();
  CHECK(reader->begin());
  end_sessions();
  CHECK(reader->run("SELECT a FROM t").error().fault == Fault::Busy);
  reader->rollback();
  CHECK(reader->begin());
}

TEST_CASE_FIXTURE(Proxied, "while the server is away: Busy, at once after the first who waited" * doctest::skip(kHasNoServer)) {
  proxy.is_closed = true;
  end_sessions();
  const auto before = std::chrono::steady_clock::now();
  CHECK(writer->begin().error().fault == Fault::Busy);
  const auto first = std::chrono::steady_clock::now() - before;
  for (int n = 0; n < 5; ++n) CHECK(writer->begin().error().fault == Fault::Busy);
  CHECK(database.connect(Access::Read).error().text.starts_with("postgresql://postroad@"));
  CHECK(std::chrono::steady_clock::now() - before < first * 2);
  proxy.is_closed = false;
  CHECK(begin_again());
}

TEST_CASE_FIXTURE(Proxied, "one writes at a time, and the other is told who does" * doctest::skip(kHasNoServer)) {
  const auto other = direct.connect(Access::Write);
  CHECK(other.error().fault == Fault::Busy);
  CHECK(other.error().text.starts_with("only one may write into the database, and postroad from this machine (server process "));
  // Another schema is another database.
  const sql::testing::Schema elsewhere;
  CHECK(Postgres(elsewhere.uri(), options()).connect(Access::Write));
  writer.reset();
  CHECK(direct.connect(Access::Write));
}

TEST_CASE_FIXTURE(Proxied, "who was put out writes no more" * doctest::skip(kHasNoServer)) {
  CHECK(insert(1));
  direct.connect(Access::Read).value()->run("UPDATE sql_writer SET name = 'another'").value();
  CHECK(writer->begin().error().text == "somebody else has taken the right to write into the database");
  CHECK(rows() == 1);
}

TEST_CASE_FIXTURE(Proxied, "a statement that takes too long is Busy, and a script may" * doctest::skip(kHasNoServer)) {
  const auto made = writer->run("SELECT pg_sleep(60)");
  CHECK(made.error().fault == Fault::Busy);
  CHECK(made.error().text.contains("statement timeout"));
  CHECK(writer->run_script("SELECT pg_sleep(2.1)"));
  CHECK(writer->run("SELECT current_setting('statement_timeout')").value()[0][0].text() == "2s");
}

TEST_CASE_FIXTURE(Proxied, "what a failed statement left is never committed" * doctest::skip(kHasNoServer)) {
  CHECK(writer->begin());
  CHECK(writer->run("INSERT INTO t (a) VALUES (1)"));
  CHECK_FALSE(writer->run("SELECT nothing FROM nowhere"));
  CHECK(writer->commit().error().text.contains("took the transaction back"));
  CHECK(rows() == 0);
  CHECK(insert(1));
}

TEST_CASE("a database that compares texts otherwise than by their bytes is refused, with what to do" * doctest::skip(kHasNoServer)) {
  Postgres server(sql::testing::server());
  const auto administrator = server.connect(Access::Read).value();
  administrator->run("DROP DATABASE IF EXISTS other").value();
  administrator->run("CREATE DATABASE other TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'").value();
  auto uri = sql::testing::server();
  uri.replace(uri.find("/postroad?"), 10, "/other?");
  const auto refused = Postgres(uri).connect(Access::Read);
  CHECK(refused.error().fault == Fault::Refused);
  CHECK(refused.error().text.contains("CREATE DATABASE postroad TEMPLATE template0"));
  administrator->run("DROP DATABASE other").value();
}

TEST_CASE("a schema that is not there is told so" * doctest::skip(kHasNoServer)) {
  const auto uri = sql::testing::server() + "&options=-csearch_path%3Dnowhere";
  CHECK(Postgres(uri).connect(Access::Read).error().text.contains("there is no schema"));
}

TEST_CASE("a server that is not there is told by its address" * doctest::skip(kHasNoServer)) {
  const auto away = Postgres("postgresql://me:secret@/d?host=/nowhere", {.reconnect_time = 0ms}).connect(Access::Write);
  CHECK(away.error().fault == Fault::Busy);
  CHECK(away.error().text.starts_with("postgresql://me@/nowhere/d: "));
  CHECK_FALSE(away.error().text.contains("secret"));
}

}  // namespace
}  // namespace postroad::sql::postgres
