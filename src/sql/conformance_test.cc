#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "io/simulated.h"
#include "sql/migrations.h"
#include "sql/testing.h"
#include "sql/writer.h"

// What holds on every engine: CTest runs these on SQLite (`sql`) and on PostgreSQL (`sql_postgres`).
namespace postroad::sql {
namespace {
using namespace std::chrono_literals;

struct Opened {
  testing::Place place;
  std::unique_ptr<Connection> writer = place.connect(Access::Write).value();

  Rows run(std::string_view statement, std::initializer_list<Argument> arguments = {}) { return writer->run(statement, arguments).value(); }
  Fault fault_of(std::string_view statement, std::initializer_list<Argument> arguments = {}) {
    const auto made = writer->run(statement, arguments);
    return made ? Fault::Syntax : made.error().fault;
  }
  std::unique_ptr<Connection> reader() { return place.connect(Access::Read).value(); }
};

TEST_CASE_FIXTURE(Opened, "values come back as they went in") {
  run("CREATE TABLE t (a TEXT PRIMARY KEY, b BIGINT)");
  const std::string odd = "quote ' backslash \\ percent % \u00e9\U0001f4e8 tab\t end";
  run("INSERT INTO t (a, b) VALUES ($1, $2)", {odd, INT64_MIN});
  run("INSERT INTO t (a, b) VALUES ($1, $2)", {"", Argument{}});
  run("INSERT INTO t (a, b) VALUES ($1, $2)", {"~", INT64_MAX});
  const auto rows = run("SELECT a, b FROM t ORDER BY a");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0][0].text().empty());
  CHECK(rows[0][1].is_null());
  CHECK(rows[1][0].text() == odd);
  CHECK(rows[1][1].number() == INT64_MIN);
  CHECK(rows[2][1].number() == INT64_MAX);
}

TEST_CASE_FIXTURE(Opened, "a large text comes back") {
  run("CREATE TABLE t (a TEXT)");
  const std::string large(3'000'000, 'x');
  run("INSERT INTO t (a) VALUES ($1)", {large});
  CHECK(run("SELECT a FROM t")[0][0].text() == large);
}

TEST_CASE_FIXTURE(Opened, "an argument may be used twice, and in any order") {
  const auto rows = run("SELECT $2, $1, $2", {1, "two"});
  CHECK(rows[0][0].text() == "two");
  CHECK(rows[0][1].number() == 1);
  CHECK(rows[0][2].text() == "two");
}

TEST_CASE_FIXTURE(Opened, "one statement takes numbers, texts and nothing in turn") {
  run("CREATE TABLE t (a BIGINT PRIMARY KEY, b TEXT, c BIGINT)");
  for (int n = 0; n < 3; ++n) run("INSERT INTO t (a, b, c) VALUES ($1, $2, $3)", {n, n == 1 ? Argument{} : Argument("b"), n == 2 ? Argument{} : Argument(7)});
  CHECK(run("SELECT a FROM t WHERE b IS NULL")[0][0].number() == 1);
  CHECK(run("SELECT a FROM t WHERE c IS NULL")[0][0].number() == 2);
}

TEST_CASE_FIXTURE(Opened, "counts, sums and claims are numbers") {
  run("CREATE TABLE t (a BIGINT)");
  run("INSERT INTO t (a) VALUES (3), (4)");
  const auto row = run("SELECT count(*), sum(a), min(a), max(a) = 4, max(a) = 3 FROM t")[0];
  CHECK(row == Row{2, 7, 3, 1, 0});
  CHECK(run("SELECT sum(a) FROM t WHERE a > 9")[0][0].is_null());
}

TEST_CASE_FIXTURE(Opened, "texts are compared by their bytes") {
  run("CREATE TABLE t (a TEXT PRIMARY KEY)");
  for (const char* text : {"b", "a", "B", "a-c", "ab", "a c", "\u00e9", "z", "_", ""}) run("INSERT INTO t (a) VALUES ($1)", {text});
  std::string order;
  for (const auto& row : run("SELECT a FROM t ORDER BY a")) order += row[0].text() + "|";
  CHECK(order == "|B|_|a|a c|a-c|ab|b|z|\u00e9|");
  CHECK(run("SELECT a FROM t WHERE a >= $1 AND a < $2", {"a", "b"}).size() == 4);
}

TEST_CASE_FIXTURE(Opened, "a text that is none is refused, and nothing else is hurt") {
  run("CREATE TABLE t (a TEXT)");
  REQUIRE(writer->begin());
  run("INSERT INTO t (a) VALUES ('x')");
  CHECK(fault_of("INSERT INTO t (a) VALUES ($1)", {std::string_view("a\0b", 3)}) == Fault::Refused);
  CHECK(fault_of("INSERT INTO t (a) VALUES ($1)", {"\xff"}) == Fault::Refused);
  CHECK(fault_of("SELECT a FROM t WHERE a = $1", {"\xc3"}) == Fault::Refused);
  CHECK(writer->commit());
  CHECK(run("SELECT a FROM t").size() == 1);
}

TEST_CASE_FIXTURE(Opened, "failures say what kind they are") {
  run("CREATE TABLE t (a TEXT PRIMARY KEY, b BIGINT NOT NULL)");
  run("INSERT INTO t (a, b) VALUES ('x', 1)");
  const auto twice = writer->run("INSERT INTO t (a, b) VALUES ('x', 2)");
  CHECK(twice.error().fault == Fault::Conflict);
  CHECK(twice.error().code == "UNIQUE");
  CHECK(fault_of("INSERT INTO t (a, b) VALUES ('y', $1)", {Argument{}}) == Fault::Conflict);
  CHECK(fault_of("SELECT nothing FROM nowhere") == Fault::Broken);
  CHECK(fault_of("SELEC") == Fault::Broken);
  const auto reading = reader();
  REQUIRE(reading->begin());
  CHECK_FALSE(reading->run("DELETE FROM t"));
  reading->rollback();
  CHECK(run("SELECT a FROM t").size() == 1);
}

TEST_CASE_FIXTURE(Opened, "a reader sees one state, however much is written meanwhile") {
  run("CREATE TABLE t (a BIGINT)");
  run("INSERT INTO t (a) VALUES (1)");
  const auto reading = reader();
  REQUIRE(reading->begin());
  CHECK(reading->run("SELECT a FROM t").value().size() == 1);
  run("INSERT INTO t (a) VALUES (2)");
  CHECK(reading->run("SELECT a FROM t").value().size() == 1);
  reading->rollback();
  CHECK(reading->run("SELECT a FROM t").value().size() == 2);
}

TEST_CASE_FIXTURE(Opened, "what is not committed is seen by nobody else, and goes") {
  run("CREATE TABLE t (a BIGINT)");
  REQUIRE(writer->begin());
  run("INSERT INTO t (a) VALUES (1)");
  CHECK(reader()->run("SELECT a FROM t").value().empty());
  CHECK(run("SELECT a FROM t").size() == 1);
  writer->rollback();
  CHECK(run("SELECT a FROM t").empty());
  REQUIRE(writer->begin());
  run("INSERT INTO t (a) VALUES (1)");
  REQUIRE(writer->commit());
  CHECK(reader()->run("SELECT a FROM t").value().size() == 1);
}

TEST_CASE_FIXTURE(Opened, "of two that write the second is Busy, until the first is gone") {
  REQUIRE(writer->begin());
  auto other = place.connect(Access::Write);
  CHECK((other ? (*other)->begin().error().fault : other.error().fault) == Fault::Busy);
  other = fail(Fault::Busy, "gone");
  writer.reset();
  CHECK(place.connect(Access::Write).value()->begin());
}

TEST_CASE_FIXTURE(Opened, "after a failed statement a savepoint takes the transaction on") {
  run("CREATE TABLE t (a BIGINT PRIMARY KEY)");
  REQUIRE(writer->begin());
  run("INSERT INTO t (a) VALUES (1)");
  run("SAVEPOINT piece");
  run("INSERT INTO t (a) VALUES (2)");
  CHECK(fault_of("INSERT INTO t (a) VALUES (1)") == Fault::Conflict);
  run("ROLLBACK TO piece");
  run("RELEASE piece");
  run("INSERT INTO t (a) VALUES (3)");
  REQUIRE(writer->commit());
  CHECK(run("SELECT a FROM t ORDER BY a") == Rows{{1}, {3}});
}

TEST_CASE_FIXTURE(Opened, "more statements than are kept prepared") {
  for (int n = 0; n < 1200; ++n) CHECK(run("SELECT " + std::to_string(n) + " + $1", {1})[0][0].number() == n + 1);
}

TEST_CASE_FIXTURE(Opened, "each row, of more than fit at once") {
  run("CREATE TABLE t (a BIGINT PRIMARY KEY)");
  REQUIRE(writer->begin());
  for (int n = 0; n < 2500; ++n) run("INSERT INTO t (a) VALUES ($1)", {n});
  REQUIRE(writer->commit());
  const auto reading = reader();
  REQUIRE(reading->begin());
  std::int64_t next = 0;
  CHECK(reading->each_row("SELECT a FROM t ORDER BY a", [&](Row& row) -> Result<> {
    CHECK(row[0].number() == next++);
    return {};
  }));
  CHECK(next == 2500);
  std::size_t taken = 0;
  const auto ended = reading->each_row("SELECT a FROM t", [&](Row&) -> Result<> {
    if (++taken == 10) return fail(Fault::Refused, "enough");
    return {};
  });
  CHECK(ended.error().text == "enough");
  CHECK(reading->run("SELECT count(*) FROM t").value()[0][0].number() == 2500);
  reading->rollback();
}

TEST_CASE_FIXTURE(Opened, "tables are listed by name, without the engine's own") {
  CHECK(writer->tables().value().empty());
  REQUIRE(writer->run_script("CREATE TABLE two (a BIGINT); CREATE TABLE one (a TEXT PRIMARY KEY); CREATE INDEX two_a ON two (a)"));
  CHECK(writer->tables().value() == std::vector<std::string>{"one", "two"});
}

TEST_CASE_FIXTURE(Opened, "migrations run once each, and a newer format is refused") {
  constexpr Migration kTwo[] = {{1, "CREATE TABLE one (a BIGINT)"}, {2, "CREATE TABLE two (a BIGINT); INSERT INTO two VALUES (7)"}};
  REQUIRE(migrate(*writer, std::span(kTwo, 1)));
  REQUIRE(migrate(*writer, kTwo));
  REQUIRE(migrate(*writer, kTwo));
  CHECK(run("SELECT a FROM two").size() == 1);
  const auto older = migrate(*writer, std::span(kTwo, 1));
  CHECK(older.error().text == "the database has format 2, and this version knows formats up to 1: install the newer version that wrote it");
}

TEST_CASE_FIXTURE(Opened, "a migration that fails changes nothing") {
  constexpr Migration kBad[] = {{1, "CREATE TABLE one (a BIGINT); CREATE TABEL two"}};
  CHECK_FALSE(migrate(*writer, kBad));
  CHECK_FALSE(writer->run("SELECT a FROM one"));
  CHECK(writer->run("SELECT 1"));
}

struct Writing : Opened {
  io::simulated::World world{11};
  io::simulated::Loop loop{world};
  io::simulated::Pool pool{world};
  io::simulated::Random random{5};
};

io::Task<void> insert(Writing& at, std::shared_ptr<Writer> writer, std::int64_t number, std::vector<std::string>& answers) {
  const auto made = co_await writer->run(at.loop, [number](Connection& connection) -> Result<std::int64_t> {
    TRY_OK(connection.run("INSERT INTO t (a) VALUES ($1)", {number}));
    TRY_OK(connection.run("INSERT INTO t (a) VALUES ($1)", {number + 1'000'000}));
    return number;
  });
  answers.push_back(made ? std::to_string(*made) : std::string(fault_name(made.error().fault)));
}

TEST_CASE_FIXTURE(Writing, "what waits together is committed together; a piece that fails does not hurt its neighbours") {
  run("CREATE TABLE t (a BIGINT PRIMARY KEY)");
  const auto before = place.syncs();
  const auto merging = Writer::make(std::move(writer), pool, {});
  std::vector<std::string> answers;
  for (const int n : {1, 2, 1, 3}) loop.spawn(insert(*this, merging, n, answers), "insert");
  world.run_until_idle();
  CHECK(answers == std::vector<std::string>{"1", "2", std::string(fault_name(Fault::Conflict)), "3"});
  CHECK(reader()->run("SELECT a FROM t").value().size() == 6);
  CHECK(place.syncs() - before <= 2);
}

// At each operation in turn the power goes: what was answered is there afterwards, and nothing is there by half.
TEST_CASE_FIXTURE(Writing, "the power goes at any point: what was acknowledged stays, and nothing is there by half") {
  run("CREATE TABLE t (a BIGINT PRIMARY KEY)");
  std::int64_t number = 0;
  std::size_t failed = 0;
  std::set<std::int64_t> acknowledged;
  for (std::uint64_t after = 0; after < 60; ++after) {
    CAPTURE(after);
    if (!writer) {
      auto again = place.connect(Access::Write);
      REQUIRE_MESSAGE(again, (again ? "" : again.error().text));
      writer = std::move(*again);
    }
    auto merging = Writer::make(std::move(writer), pool, {});
    place.fail_after(after % 20);
    for (int n = 0; n < 6 && merging->is_healthy(); ++n) {
      std::vector<std::string> answers;
      loop.spawn(insert(*this, merging, ++number, answers), "insert");
      world.run_until_idle();
      if (answers[0] == std::to_string(number)) acknowledged.insert(number);
    }
    failed += merging->is_healthy() ? 0 : 1;
    merging.reset();
    place.crash(random);

    std::set<std::int64_t> there;
    for (const auto& row : reader()->run("SELECT a FROM t WHERE a < 1000000 ORDER BY a").value()) there.insert(row[0].number());
    CHECK(reader()->run("SELECT a FROM t").value().size() == there.size() * 2);
    CHECK(std::ranges::includes(there, acknowledged));
    CHECK(there.size() <= acknowledged.size() + failed);
  }
  CHECK(failed > 20);
  CHECK(acknowledged.size() > 20);
}

}  // namespace
}  // namespace postroad::sql
