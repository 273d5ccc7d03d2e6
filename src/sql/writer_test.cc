#include "sql/writer.h"

#include <doctest/doctest.h>

#include <algorithm>

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

// A clock that every look moves on by a millisecond.
struct Hurried : io::Clock {
  Time now() const override { return Time(steady().time_since_epoch()); }
  io::Tick steady() const override { return io::Tick(std::chrono::milliseconds(++looks)); }
  mutable std::atomic<int> looks = 0;
};

struct Timed : Running {
  Timed() {
    writer = start({.clock = &hurried,
                    .work_most = std::chrono::milliseconds(20),
                    .work_beside = std::chrono::milliseconds(14),
                    .on_commit = [this](std::size_t pieces) { groups.push_back(pieces); }});
  }
  void ask(std::int64_t number, Lane lane) { loop.spawn(insert_by(lane, number), "insert"); }
  Task<void> insert_by(Lane lane, std::int64_t number) {
    static_cast<void>((co_await writer->run(loop, insertion(number), lane)).value());
    answered.push_back(number);
  }
  Hurried hurried;
  std::vector<std::size_t> groups;
  std::vector<std::int64_t> answered;
  std::int64_t asked = 1000;
};

TEST_CASE_FIXTURE(Timed, "a group is bounded in time") {
  for (int n = 0; n < 100; ++n) ask(n, Lane::Bulk);
  world.run_until_idle();
  CHECK(answered.size() == 100);
  CHECK(groups.size() > 4);
  CHECK(groups.front() > 5);
}

// One whose commits take their time.
class Slow : public Connection {
 public:
  Slow(std::unique_ptr<Connection> inner, Hurried& clock, int commit_ms) : inner_(std::move(inner)), clock_(clock), commit_ms_(commit_ms) {}
  Result<> run_script(std::string_view statements) override { return inner_->run_script(statements); }
  Result<> each_row(const std::string& statement, const std::function<Result<>(Row&)>& take) override { return inner_->each_row(statement, take); }
  Result<std::vector<std::string>> tables() override { return inner_->tables(); }
  Result<> begin() override { return inner_->begin(); }
  Result<> commit() override {
    clock_.looks += commit_ms_;
    return inner_->commit();
  }
  void rollback() override { inner_->rollback(); }

 protected:
  Result<Rows> run_checked(std::string_view statement, std::span<const Argument> arguments) override { return inner_->run(statement, arguments); }

 private:
  std::unique_ptr<Connection> inner_;
  Hurried& clock_;
  const int commit_ms_;
};

TEST_CASE_FIXTURE(Timed, "where commits take long more is done between them, up to a bound; less while there are single pieces") {
  const auto groups_of = [&](int commit_ms, bool has_singles) {
    groups.clear();
    writer = Writer::make(std::make_unique<Slow>(database.connect(Access::Write).value(), hurried, commit_ms), pool,
                          {.clock = &hurried, .work_most = std::chrono::milliseconds(20), .work_longest = std::chrono::milliseconds(60),
                           .work_beside = std::chrono::milliseconds(14), .on_commit = [this](std::size_t pieces) { groups.push_back(pieces); }});
    for (int n = 0; n < 300; ++n) ask(asked++, Lane::Bulk);
    if (has_singles) ask(asked++, Lane::Single);
    world.run_until_idle();
    return groups;
  };
  CHECK(groups_of(1, false).size() > 20);
  const auto longer = groups_of(200, false);
  CHECK(longer.size() < 15);
  CHECK(longer.front() < 20);  // nothing is known yet
  CHECK(*std::ranges::max_element(longer) < 60);
  const auto beside = groups_of(200, true);
  CHECK(beside.size() > longer.size());
  CHECK(*std::ranges::max_element(beside) < 20);
}

TEST_CASE_FIXTURE(Timed, "a single piece goes before bulk, in a group that is short; bulk goes on") {
  for (int n = 0; n < 50; ++n) ask(n, Lane::Bulk);
  for (int n = 100; n < 105; ++n) ask(n, Lane::Single);
  CHECK_FALSE(writer->has_singles());
  world.run_until_idle();
  CHECK(writer->has_singles());
  REQUIRE(answered.size() == 55);
  CHECK(std::vector(answered.begin(), answered.begin() + 6) == std::vector<std::int64_t>{100, 101, 102, 103, 104, 0});
  CHECK(groups.front() == 6);
  CHECK(*std::ranges::max_element(groups) < 14);
  hurried.looks += 60'000;
  CHECK_FALSE(writer->has_singles());
}

// The log is copied to the file beside the writer, and begins anew.
TEST_CASE_FIXTURE(Running, "the log stays short, whoever reads, and what it held is there after a crash") {
  database = Sqlite("test", {.vfs = disk.name(), .pass_pages = 20, .log_pages = 200});
  writer = start({});
  std::vector<std::string> answers;
  std::size_t longest = 0;
  for (int n = 0; n < 2000; ++n) {
    world.run(loop, insert(*this, n * 7919 % 100'003, answers));
    longest = std::max(longest, disk.size("test-wal"));
  }
  CHECK(longest < 300 * 4200);
  CHECK(rows() == 2000);
  simulated::Random random(1);
  writer.reset();
  disk.crash(random);
  CHECK(rows() == 2000);
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
