#include "sql/writer.h"

#include <doctest/doctest.h>

#include "io/simulated.h"
#include "sql/memory_vfs.h"
#include "sql/sqlite.h"

namespace postroad::sql {
namespace {
using io::Task;
namespace simulated = io::simulated;

struct Running {
  simulated::World world{11};
  simulated::Loop loop{world};
  simulated::Pool pool{world};
  MemoryDisk disk;
  Sqlite database{"test", {.vfs = disk.name()}};
  std::shared_ptr<Writer> writer = start({});
  std::shared_ptr<Readers> readers = Readers::make(database, pool);

  std::shared_ptr<Writer> start(Writer::Options options) {
    auto connection = database.connect(Access::Write).value();
    static_cast<void>(connection->run_script("CREATE TABLE IF NOT EXISTS t (a BIGINT PRIMARY KEY)").value());
    return Writer::make(std::move(connection), pool, options);
  }
  std::size_t rows() { return database.connect(Access::Read).value()->run("SELECT a FROM t").value().size(); }
};

auto insertion(std::int64_t number) {
  return [number](Connection& connection) -> Result<std::int64_t> {
    TRY_OK(connection.run("INSERT INTO t (a) VALUES ($1)", {number}));
    return number;
  };
}

// Tells when it was answered, and how.
Task<void> insert(Running& at, std::int64_t number, std::vector<std::string>& answers) {
  const auto made = co_await at.writer->run(at.loop, insertion(number));
  answers.push_back(made ? std::to_string(*made) : std::string(fault_name(made.error().fault)));
}

TEST_CASE_FIXTURE(Running, "what waits together is committed together, in order") {
  std::vector<std::string> answers;
  const auto before = disk.syncs();
  for (int n = 0; n < 100; ++n) loop.spawn(insert(*this, n, answers), "insert");
  world.run_until_idle();
  REQUIRE(answers.size() == 100);
  CHECK(answers[0] == "0");
  CHECK(answers[99] == "99");
  CHECK(rows() == 100);
  CHECK(disk.syncs() - before <= 2);
}

TEST_CASE_FIXTURE(Running, "a piece that fails leaves nothing and does not hurt its neighbours") {
  std::vector<std::string> answers;
  for (const int n : {1, 2, 1, 3}) loop.spawn(insert(*this, n, answers), "insert");
  world.run_until_idle();
  CHECK(answers == std::vector<std::string>{"1", "2", std::string(fault_name(Fault::Conflict)), "3"});
  CHECK(rows() == 3);
}

TEST_CASE_FIXTURE(Running, "half of a failed piece is taken back") {
  const auto made = world.run(loop, writer->run(loop, [](Connection& connection) -> Result<int> {
    TRY_OK(connection.run("INSERT INTO t (a) VALUES (1)"));
    return fail(Fault::Refused, "changed its mind");
  }));
  CHECK(made.error().text == "changed its mind");
  CHECK(rows() == 0);
}

TEST_CASE_FIXTURE(Running, "a full queue is Busy") {
  writer = start({.queue = 2});
  std::vector<std::string> answers;
  for (int n = 0; n < 3; ++n) loop.spawn(insert(*this, n, answers), "insert");
  world.run_until_idle();
  CHECK(answers == std::vector<std::string>{std::string(fault_name(Fault::Busy)), "0", "1"});
}

TEST_CASE_FIXTURE(Running, "after a failed sync nothing is accepted any more") {
  std::vector<std::string> answers;
  disk.fail_after(0);
  for (int n = 0; n < 2; ++n) loop.spawn(insert(*this, n, answers), "insert");
  world.run_until_idle();
  loop.spawn(insert(*this, 3, answers), "insert");
  world.run_until_idle();
  CHECK(answers == std::vector<std::string>(3, std::string(fault_name(Fault::Broken))));
  CHECK_FALSE(writer->is_healthy());
}

TEST_CASE_FIXTURE(Running, "a reader's work runs on the pool and comes back") {
  std::vector<std::string> answers;
  world.run(loop, insert(*this, 5, answers));
  const auto found = world.run(loop, readers->run(loop, [](Connection& connection) -> Result<std::int64_t> {
    TRY(const auto row, run_one(connection, "SELECT a FROM t"));
    return row[0].number();
  }));
  CHECK(found.value() == 5);
}

// At each operation of the disk in turn the power goes: what was answered is there afterwards, and nothing is there by
// half.
TEST_CASE("the power goes at any point: what was acknowledged stays") {
  std::size_t crashes = 0;
  for (std::uint64_t after = 0; after < 400; ++after) {
    Running at;
    std::vector<std::string> answers;
    at.disk.fail_after(after);
    for (int n = 0; n < 40 && at.writer->is_healthy(); ++n) {
      // Two rows a piece, at a distance.
      auto piece = [n](Connection& connection) -> Result<int> {
        TRY_OK(connection.run("INSERT INTO t (a) VALUES ($1)", {n}));
        TRY_OK(connection.run("INSERT INTO t (a) VALUES ($1)", {n + 1'000'000}));
        return n;
      };
      const auto made = at.world.run(at.loop, at.writer->run(at.loop, piece));
      if (made) answers.push_back(std::to_string(*made));
    }
    const bool did_fail = !at.writer->is_healthy();
    simulated::Random random(after);
    at.disk.crash(random);
    crashes += did_fail ? 1 : 0;

    const auto reopened = at.database.connect(Access::Write).value();
    const auto rows = reopened->run("SELECT a FROM t ORDER BY a").value();
    CAPTURE(after);
    CHECK(reopened->run("PRAGMA integrity_check").value()[0][0].text() == "ok");
    CHECK(rows.size() % 2 == 0);
    CHECK(rows.size() / 2 >= answers.size());
    CHECK(rows.size() / 2 <= answers.size() + 1);
    for (std::size_t n = 0; n < rows.size() / 2; ++n) CHECK(rows[n][0].number() == static_cast<std::int64_t>(n));
  }
  CHECK(crashes > 30);
}

}  // namespace
}  // namespace postroad::sql
