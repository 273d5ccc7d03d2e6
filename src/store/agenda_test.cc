#include "store/agenda.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "store/agenda_runner.h"
#include "store/conformance_memory.h"
#include "store/node_test.h"

using namespace postroad;
using namespace postroad::store;
using namespace std::chrono_literals;
using agenda::Timed;
using agenda::Visit;
using store::testing::Node;

namespace {

// Writes timed rows as the header tells to; false where the store does not take them.
io::Task<bool> write(Engine* engine, Partition partition, std::vector<Timed> timed, Time now) {
  auto earliest = timed.front().due;
  for (const auto& row : timed) earliest = std::min(earliest, row.due);
  for (int i = 0; i < 20; ++i) {
    const auto marked = co_await agenda::mark(*engine, partition, earliest, now);
    if (!marked) continue;
    Batch batch;
    agenda::add(batch, *marked, timed);
    const auto committed = co_await engine->commit(partition, std::move(batch));
    if (committed.outcome == Outcome::Committed) {
      agenda::announce(*engine, partition);
      co_return true;
    }
    if (committed.outcome == Outcome::Unknown) co_return false;
  }
  co_return false;
}

// Notes what it is handed, and when.
struct Notes {
  std::vector<std::string> seen;
  std::map<std::string, int> later;  // id: how many more times to say Later

  io::Task<Visit> take(Partition partition, Timed timed) {
    seen.push_back(partition + ":" + timed.id);
    if (later[timed.id]-- > 0) co_return Visit{Visit::What::Later, timed.due + 1h, {}};
    co_return Visit{};
  }
  void join(Node& node) {
    node.runner->handle("note", [this](Partition p, Timed t) { return take(std::move(p), std::move(t)); });
  }
  int count(const std::string& what) const { return static_cast<int>(std::ranges::count(seen, what)); }
};

Timed note(Time due, std::string id) { return {.due = due, .id = std::move(id), .kind = "note", .payload = "x"}; }

// Rows of work and marks that are left.
std::size_t left(Node& node) {
  std::size_t count = 0;
  for (const auto& partition : node.disk.partitions())
    for (const auto& row : node.disk.rows(partition))
      count += partition.starts_with("agenda/") || row.key.starts_with(agenda::kTimedPrefix) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a timed row is parsed as it was written") {
  const Timed timed{.due = Time(1'700'000'000'123ms), .id = "a1", .kind = "purge", .payload = "p", .attempts = 7};
  const auto parsed = agenda::parse({timed.key(), timed.value()}).value();
  CHECK(parsed.due == timed.due);
  CHECK(parsed.id == "a1");
  CHECK(parsed.kind == "purge");
  CHECK(parsed.payload == "p");
  CHECK(parsed.attempts == 7);
}

TEST_CASE("damaged rows of the agenda are refused") {
  const auto good = note(Time(1s), "id");
  const char* keys[] = {"", "~t/", "~t/1/id", "~t/00000000000003e8", "~t/00000000000003e8/", "~t/0000000000000xyz/id",
                        "x/00000000000003e8/id", "~t/ffffffffffffffff/id"};
  for (const auto* key : keys) {
    CAPTURE(key);
    CHECK_FALSE(agenda::parse({key, good.value()}).has_value());
  }
  CHECK(agenda::parse({good.key(), good.value()}).has_value());
  CHECK_FALSE(agenda::parse({good.key(), "\x02"}).has_value());
  CHECK_FALSE(agenda::parse_mark({"00000000000003e8/UPPER", "\x01"}).has_value());
}

TEST_CASE("work is done when it is due, in the order of its time, and leaves nothing behind") {
  Node node;
  Notes notes;
  notes.join(node);
  node.runner->start();
  const auto now = node.now();
  REQUIRE(node.run(write(&node.engine(), "p", {note(now + 2h, "b"), note(now + 1h, "a"), note(now + 2h, "c")}, now)));
  node.world.run_for(50min);
  CHECK(notes.seen.empty());
  node.world.run_for(15min);
  CHECK(notes.seen == std::vector<std::string>{"p:a"});
  node.world.run_for(1h);
  CHECK(notes.seen == std::vector<std::string>{"p:a", "p:b", "p:c"});
  CHECK(left(node) == 0);
}

TEST_CASE("what is due now is done at once") {
  Node node;
  Notes notes;
  notes.join(node);
  node.runner->start();
  node.world.run_for(1s);
  REQUIRE(node.run(write(&node.engine(), "p", {note(node.now(), "a")}, node.now())));
  node.world.run_for(100ms);
  CHECK(notes.seen == std::vector<std::string>{"p:a"});
}

TEST_CASE("a row that is put off comes again, with one attempt more") {
  Node node;
  Notes notes;
  notes.later["a"] = 2;
  notes.join(node);
  node.runner->start();
  REQUIRE(node.run(write(&node.engine(), "p", {note(node.now(), "a")}, node.now())));
  node.world.run_for(30min);
  CHECK(notes.count("p:a") == 1);
  CHECK(left(node) == 2);
  node.world.run_for(3h);
  CHECK(notes.count("p:a") == 3);
  CHECK(left(node) == 0);
}

TEST_CASE("rows of one id that are put off to one time stay apart") {
  Node node;
  Notes notes;
  notes.join(node);
  const auto now = node.now();
  // Both of the first two are put off to the time of the third, which is not due yet and stays.
  notes.later["a"] = 2;
  node.runner->handle("other", [&](Partition, Timed) -> io::Task<Visit> {
    const bool is_early = node.now() < now + 30min;
    co_return Visit{is_early ? Visit::What::Later : Visit::What::Done, now + 1h + 1ms, {}};
  });
  auto other = note(now + 2ms, "a");
  other.kind = "other";
  REQUIRE(node.run(write(&node.engine(), "p", {note(now + 1ms, "a"), other, note(now + 1h + 1ms, "a")}, now)));
  node.world.run_for(1s);
  node.runner->start();
  node.world.run_for(30min);
  CHECK(notes.seen == std::vector<std::string>{"p:a"});
  CHECK(left(node) == 4);  // three rows and a mark
  node.world.run_for(3h);
  CHECK(notes.count("p:a") == 4);
  CHECK(left(node) == 0);
}

TEST_CASE("many rows and partitions are all done once") {
  Node node;
  Notes notes;
  notes.join(node);
  const auto now = node.now();
  for (int i = 0; i < 40; ++i) {
    std::vector<Timed> timed;
    for (int j = 0; j < 100; ++j) timed.push_back(note(now, "id" + std::to_string(j)));
    REQUIRE(node.run(write(&node.engine(), "p" + std::to_string(i), timed, now)));
  }
  node.runner->start();
  node.world.run_for(10min);
  CHECK(notes.seen.size() == 4000);
  CHECK(left(node) == 0);
}

TEST_CASE("work of a kind that nobody knows waits, and holds up no other") {
  Node node;
  Notes notes;
  notes.join(node);
  node.runner->start();
  auto strange = note(node.now(), "a");
  strange.kind = "strange";
  REQUIRE(node.run(write(&node.engine(), "p", {strange, note(node.now(), "b")}, node.now())));
  node.world.run_for(1h);
  CHECK(notes.seen == std::vector<std::string>{"p:b"});
  CHECK(left(node) == 2);
}

TEST_CASE("a mark without work is superfluous, and goes") {
  Node node;
  node.runner->start();
  REQUIRE(node.run(agenda::mark(node.engine(), "never", node.now(), node.now())).has_value());
  REQUIRE(node.run(node.engine().commit("empty", {})).outcome == Outcome::Committed);
  REQUIRE(node.run(agenda::mark(node.engine(), "empty", node.now(), node.now())).has_value());
  node.world.run_for(30min);
  CHECK(left(node) == 1);  // that of the partition that is not there, for an hour
  node.world.run_for(2h);
  CHECK(left(node) == 0);
  CHECK(node.disk.rows("never").empty());
}

TEST_CASE("whoever marked before a visit, and commits after it, meets a conflict") {
  Node node;
  REQUIRE(node.run(node.engine().commit("p", {})).outcome == Outcome::Committed);
  const auto marked = node.run(agenda::mark(node.engine(), "p", node.now(), node.now())).value();
  node.runner->start();
  node.world.run_for(1min);
  CHECK(left(node) == 0);
  Batch batch;
  agenda::add(batch, marked, {note(node.now(), "a")});
  CHECK(node.run(node.engine().commit("p", batch)).outcome == Outcome::Conflict);
}

TEST_CASE("a mark that was written anew is not erased with the one that was read") {
  Node node;
  const auto due = node.now();
  REQUIRE(node.run(agenda::write_mark(node.engine(), {due, "p", due, 1})).has_value());
  const agenda::Mark old{due, "p", due, 1};
  const Row read{old.key(), old.value()};
  REQUIRE(node.run(agenda::write_mark(node.engine(), {due, "p", due, 2})).has_value());
  REQUIRE(node.run(agenda::write_mark(node.engine(), {due, "p", due, 1})).has_value());  // comes late
  REQUIRE(node.run(agenda::erase_mark(node.engine(), read, "p")).has_value());
  CHECK(left(node) == 1);
}

TEST_CASE("two nodes do not hold up each other, and one goes on where the other dies") {
  Node node;
  Notes notes;
  notes.join(node);
  node.runner->start();
  Node other(node, "two");
  Notes others;
  others.join(other);
  other.runner->start();
  node.world.run_for(1min);
  node.kill();
  REQUIRE(other.run(write(&other.engine(), "p", {note(other.now(), "a")}, other.now())));
  node.world.run_for(5min);
  CHECK(notes.seen.size() + others.seen.size() == 1);
}

TEST_CASE("stop() waits for the visits under way, and the next node gets the leases at once") {
  Node node;
  node.runner->start();
  node.world.run_for(1min);
  node.run(node.runner->stop());
  CHECK(node.run(node.engine().lease_acquire("agenda/00", "other", 1s)).has_value());
}

TEST_CASE("all acknowledged work is done, whatever fails and crashes") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Node node(seed);
    node.disk.faults() = {.commit_unknown = 12, .commit_unavailable = 12, .write_busy = 12, .read_busy = 12,
                          .lease_busy = 12, .bell_lost = 4, .slow = 20};
    Notes notes;
    std::vector<std::string> acknowledged;
    for (int round = 0; round < 8; ++round) {
      notes.join(node);
      node.runner->start();
      for (int i = 0; i < 5; ++i) {
        const auto id = "r" + std::to_string(round) + "-" + std::to_string(i);
        const auto partition = "p" + std::to_string(node.world.random().below(4));
        const auto due = node.now() + std::chrono::seconds(node.world.random().below(60));
        if (node.run(write(&node.engine(), partition, {note(due, id)}, node.now()))) acknowledged.push_back(partition + ":" + id);
      }
      node.world.run_for(std::chrono::seconds(node.world.random().below(40)));
      node.crash();
    }
    node.disk.faults() = {};
    notes.join(node);
    node.runner->start();
    node.run_until(3h, [&] { return node.disk.under_way() == 0 && left(node) == 0; });
    for (const auto& what : acknowledged) {
      CAPTURE(what);
      CHECK(notes.count(what) >= 1);
    }
    CHECK(acknowledged.size() > 10);
    node.disk.settle();
    CHECK(left(node) == 0);
  }
}
