#include "sql/sqlite.h"

#include <doctest/doctest.h>

#include "sql/memory_vfs.h"
#include "sql/migrations.h"

namespace postroad::sql {
namespace {

struct Opened {
  MemoryDisk disk;
  Sqlite database{"test", {.vfs = disk.name()}};
  std::unique_ptr<Connection> writer = database.connect(Access::Write).value();

  Rows run(std::string_view statement, std::initializer_list<Argument> arguments = {}) { return writer->run(statement, arguments).value(); }
};

TEST_CASE_FIXTURE(Opened, "values come back as they went in") {
  run("CREATE TABLE t (a TEXT PRIMARY KEY, b BIGINT)");
  const std::string odd("quote ' NUL \0 end", 17);
  run("INSERT INTO t (a, b) VALUES ($1, $2)", {odd, INT64_MIN});
  run("INSERT INTO t (a, b) VALUES ($1, $2)", {"", Argument{}});
  const auto rows = run("SELECT a, b FROM t ORDER BY a");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0][0].text().empty());
  CHECK(rows[0][1].is_null());
  CHECK(rows[1][0].text() == odd);
  CHECK(rows[1][1].number() == INT64_MIN);
}

TEST_CASE_FIXTURE(Opened, "an argument may be used twice, and in any order") {
  const auto rows = run("SELECT $2, $1, $2", {1, "two"});
  CHECK(rows[0][0].text() == "two");
  CHECK(rows[0][1].number() == 1);
  CHECK(rows[0][2].text() == "two");
}

TEST_CASE_FIXTURE(Opened, "failures say what kind they are") {
  run("CREATE TABLE t (a TEXT PRIMARY KEY)");
  run("INSERT INTO t (a) VALUES ('x')");
  CHECK(writer->run("INSERT INTO t (a) VALUES ('x')").error().fault == Fault::Conflict);
  CHECK(writer->run("SELECT nothing FROM nowhere").error().fault == Fault::Broken);
  const auto reader = database.connect(Access::Read).value();
  CHECK_FALSE(reader->run("DELETE FROM t"));
}

TEST_CASE_FIXTURE(Opened, "a reader sees one state, however much is written meanwhile") {
  run("CREATE TABLE t (a BIGINT)");
  run("INSERT INTO t (a) VALUES (1)");
  const auto reader = database.connect(Access::Read).value();
  REQUIRE(reader->begin());
  CHECK(reader->run("SELECT a FROM t").value().size() == 1);
  run("INSERT INTO t (a) VALUES (2)");
  CHECK(reader->run("SELECT a FROM t").value().size() == 1);
  reader->rollback();
  CHECK(reader->run("SELECT a FROM t").value().size() == 2);
}

TEST_CASE_FIXTURE(Opened, "two writers: the second is Busy") {
  REQUIRE(writer->begin());
  const auto other = database.connect(Access::Write).value();
  CHECK(other->begin().error().fault == Fault::Busy);
  writer->rollback();
  CHECK(other->begin());
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
}

}  // namespace
}  // namespace postroad::sql
