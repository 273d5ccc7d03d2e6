#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sql/memory_vfs.h"
#include "sql/sqlite.h"
#include "status/archive.h"

// A database of each format that was ever released is kept, opened and brought to the newest one.
using namespace postroad;
using namespace postroad::status;
using namespace std::chrono_literals;

namespace {

constexpr const char* kFixture = "tests/fixtures/status-v1/status.sql";

std::string statements() {
  std::ifstream file(kFixture);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

// Run with POSTROAD_FIXTURE=file and --no-skip; the fixture is what `sqlite3 file .dump` then says.
TEST_CASE("(maker) writes the database" * doctest::skip()) {
  const char* file = std::getenv("POSTROAD_FIXTURE");
  if (file == nullptr) return;
  const auto archive = Archive::open(std::make_unique<sql::Sqlite>(file)).value();
  const std::vector<Component> one = {{"a", Service::InboundMail}};
  const std::vector<Component> two = {{"a", Service::Imap}, {"b", Service::Provisioning}};
  archive->add({std::nullopt, "Mail is late", one, State::Degraded, "A queue has grown."}, Time(1'700'000'000s)).value();
  archive->add({1, "", {}, State::Online, "It's gone."}, Time(1'700'003'600s)).value();
  archive->add({std::nullopt, "Two \xc3\xa4t once", two, State::Offline, "Text\nof two lines."}, Time(1'700'100'000s)).value();
  archive->remember("password.a", "secret").value();
}

TEST_CASE("a database of format 1 is opened, and goes on") {
  sql::MemoryDisk disk;
  const auto database = [&disk] { return std::make_unique<sql::Sqlite>("old", sql::Sqlite::Options{.vfs = disk.name()}); };
  REQUIRE(database()->connect(sql::Access::Write).value()->run_script(statements()));
  const auto archive = Archive::open(database()).value();
  const auto all = archive->incidents(10).value();
  REQUIRE(all.size() == 2);
  CHECK(all[0].is_open());
  CHECK(all[0].components.size() == 2);
  CHECK_FALSE(all[1].is_open());
  CHECK(all[1].title == "Mail is late");
  REQUIRE(all[1].updates.size() == 2);
  CHECK(all[1].updates[0].state == State::Degraded);
  CHECK(all[1].updates[1].at == Time(1'700'003'600s));
  CHECK(archive->remembered("password.a").value() == "secret");
  CHECK(archive->add({2, "", {}, State::Online, "It works again."}, Time(1'700'200'000s))->is_open() == false);
  CHECK(archive->add({std::nullopt, "New", {{"a", Service::Imap}}, State::Offline, "Text."}, Time(1'700'300'000s))->number == 3);
}

TEST_CASE("a database of a format to come is left alone") {
  sql::MemoryDisk disk;
  sql::Sqlite database("new", {.vfs = disk.name()});
  REQUIRE(database.connect(sql::Access::Write).value()->run_script(statements() + "UPDATE format SET version = 1000;"));
  const auto opened = Archive::open(std::make_unique<sql::Sqlite>("new", sql::Sqlite::Options{.vfs = disk.name()}));
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().text.contains("install the newer version that wrote it"));
}
