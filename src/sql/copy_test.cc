#include "sql/copy.h"

#include <doctest/doctest.h>

#include "sql/memory_vfs.h"
#include "sql/sqlite.h"
#include "sql/testing.h"

namespace postroad::sql {
namespace {

constexpr Migration kSteps[] = {
    {1, "CREATE TABLE people (id TEXT PRIMARY KEY, age BIGINT, note TEXT NOT NULL); CREATE TABLE counts (name TEXT PRIMARY KEY, value BIGINT NOT NULL);"
        "INSERT INTO counts (name, value) VALUES ('people', 0)"},
    {2, "CREATE TABLE pairs (a BIGINT NOT NULL, b BIGINT NOT NULL, PRIMARY KEY (a, b)); ALTER TABLE people ADD COLUMN late TEXT NOT NULL DEFAULT ''"},
};

// SQLite on one side, either engine on the other.
struct Moving {
  MemoryDisk disk;
  Sqlite file{"test", {.vfs = disk.name()}};
  testing::Place place;

  // A database of some thousand rows, with everything that a column can hold.
  static void fill(Database& database, std::size_t format = 2) {
    const auto writer = database.connect(Access::Write).value();
    migrate(*writer, std::span(kSteps, format)).value();
    writer->begin().value();
    for (int n = 0; n < 2345; ++n)
      writer->run("INSERT INTO people (id, age, note) VALUES ($1, $2, $3)",
                  {"p" + std::to_string(n), n % 7 == 0 ? Argument{} : Argument(n - 1000), n % 2 == 0 ? "\u00e9 ' \\" : ""}).value();
    writer->run("UPDATE counts SET value = $1", {2345}).value();
    writer->run("INSERT INTO counts (name, value) VALUES ('least', $1)", {INT64_MIN}).value();
    writer->commit().value();
  }
  static Rows rows(Database& database, const std::string& table) {
    return database.connect(Access::Read).value()->run("SELECT * FROM " + table + " ORDER BY 1").value();
  }
};

TEST_CASE_FIXTURE(Moving, "all rows are there, from a file to the other engine and back") {
  fill(file);
  const auto made = copy_database(file, place, kSteps).value();
  REQUIRE(made.size() == 4);
  CHECK(made[0].name == "counts");
  CHECK(made[0].rows == 2);
  CHECK(made[3].name == "people");
  CHECK(made[3].rows == 2345);
  for (const char* table : {"counts", "format", "pairs", "people"}) CHECK(rows(file, table) == rows(place, table));

  MemoryDisk another;
  Sqlite back("back", {.vfs = another.name()});
  CHECK(copy_database(place, back, kSteps));
  for (const char* table : {"counts", "format", "pairs", "people"}) CHECK(rows(file, table) == rows(back, table));
}

TEST_CASE_FIXTURE(Moving, "an older format is copied as it is, and can be brought to the newest") {
  fill(file, 1);
  CHECK(copy_database(file, place, kSteps));
  CHECK(rows(place, "format")[0][0].number() == 1);
  CHECK(migrate(*place.connect(Access::Write).value(), kSteps));
  CHECK(rows(place, "people").size() == 2345);
}

TEST_CASE_FIXTURE(Moving, "what can't be is refused, and the target stays as it was") {
  const auto refused = [&](Database& from, Database& to) { return copy_database(from, to, kSteps).error().text; };
  CHECK(refused(file, place).contains("can't open"));  // there is no such file, and none is made
  CHECK_FALSE(file.connect(Access::Read));

  fill(place);
  fill(file);
  const auto before = rows(place, "people");
  CHECK(refused(file, place) == "the target is not empty: it has the table counts");
  CHECK(rows(place, "people") == before);
}

TEST_CASE_FIXTURE(Moving, "a source that is none of ours, newer or altered is refused") {
  const auto writer = file.connect(Access::Write).value();
  const auto refused = [&] {
    auto text = copy_database(file, place, kSteps).error().text;
    CHECK(place.connect(Access::Read).value()->tables().value().empty());
    return text;
  };
  writer->run("CREATE TABLE stranger (a BIGINT)").value();
  CHECK(refused() == "the source is no database of postroad's: it has no table format");
  fill(file);
  CHECK(refused() == "the source has other tables than its format says: it was altered by hand");
  writer->run("DROP TABLE stranger").value();
  writer->run("UPDATE format SET version = 3").value();
  CHECK(refused() == "the source has format 3, and this version knows formats up to 2");
}

TEST_CASE_FIXTURE(Moving, "a copy that lost or altered a row is not kept") {
  for (const char* harm : {"DELETE FROM people WHERE id = NEW.id", "UPDATE people SET note = 'x' WHERE id = NEW.id"}) {
    const auto trigger = "CREATE TABLE people (id TEXT, note TEXT); CREATE TRIGGER harm AFTER INSERT ON people WHEN NEW.id = 'b' BEGIN " + std::string(harm) + "; END";
    const Migration harmful[] = {{1, trigger}};
    MemoryDisk first;
    MemoryDisk second;
    Sqlite from("from", {.vfs = first.name()});
    Sqlite to("to", {.vfs = second.name()});
    const auto writer = from.connect(Access::Write).value();
    migrate(*writer, harmful).value();
    writer->run_script("DROP TRIGGER harm; INSERT INTO people VALUES ('a', ''), ('b', '')").value();
    const auto made = copy_database(from, to, harmful);
    CHECK(made.error().text.starts_with("the table people has 2 rows, and its copy "));
    CHECK(to.connect(Access::Read).value()->tables().value().empty());
  }
}

TEST_CASE_FIXTURE(Moving, "a failure in the middle leaves an empty target") {
  fill(file);
  place.connect(Access::Write).value().reset();
  place.fail_after(place.is_postgres() ? 14 : 1);
  CHECK_FALSE(copy_database(file, place, kSteps));
  struct : io::Random {
    void fill(std::span<char> into) override { std::ranges::fill(into, '\x2a'); }
  } random;
  place.crash(random);
  CHECK(place.connect(Access::Write).value()->tables().value().empty());
  CHECK(copy_database(file, place, kSteps));
}

}  // namespace
}  // namespace postroad::sql
