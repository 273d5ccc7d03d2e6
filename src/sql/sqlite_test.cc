#include "sql/sqlite.h"

#include <doctest/doctest.h>

#include "sql/memory_vfs.h"

// What concerns SQLite alone; conformance_test.cc has what holds on every engine.
namespace postroad::sql {
namespace {

TEST_CASE("the first that writes makes the file, and no reader does") {
  MemoryDisk disk;
  Sqlite database("test", {.vfs = disk.name()});
  CHECK(database.connect(Access::Read).error().fault == Fault::Broken);
  CHECK(database.connect(Access::Write));
  CHECK(database.connect(Access::Read));
}

TEST_CASE("a file that is no database is told so") {
  Sqlite database("README.md");
  CHECK(database.connect(Access::Write).error().text.contains("file is not a database"));
}

}  // namespace
}  // namespace postroad::sql
