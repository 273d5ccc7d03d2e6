#include "store/handoff.h"

#include <doctest/doctest.h>

#include "store/node_test.h"

using namespace postroad;
using namespace postroad::store;
using namespace std::chrono_literals;
using handoff::Handoff;
using handoff::Receipt;
using handoff::Stepped;
using store::testing::Node;

namespace {

// A step that counts in B how often it was done: the row "n/ID".
io::Task<Stepped> count_up(Engine* engine, Handoff handoff, Receipt receipt) {
  const auto key = "n/" + handoff.payload;
  const auto got = co_await engine->get(handoff.to, {key});
  if (!got) co_return Stepped::Later;
  Batch batch{.expect = {{key, got->values[0]}},
              .put = {{key, std::to_string(std::stoi(got->values[0].value_or("0")) + 1)}},
              .del = {},
              .bodies = {}};
  receipt.add_to(batch);
  co_return handoff::stepped((co_await engine->commit(handoff.to, std::move(batch))).outcome);
}

// Decides in `from`; false where that is not known to be done.
io::Task<bool> hand_over(Engine* engine, Partition from, Handoff handoff, Time now) {
  for (int i = 0; i < 20; ++i) {
    const auto marked = co_await agenda::mark(*engine, from, now, now);
    if (!marked) continue;
    Batch batch{.expect = {}, .put = {{"sent/" + handoff.id, "1"}}, .del = {}, .bodies = {}};
    agenda::add(batch, *marked, {handoff::outbox(handoff, now)});
    const auto committed = co_await engine->commit(from, std::move(batch));
    agenda::announce(*engine, from);
    if (committed.outcome == Outcome::Committed) co_return true;
    if (committed.outcome == Outcome::Unknown) co_return false;
  }
  co_return false;
}

void join(Node& node) {
  node.carrier->step("count", [engine = &node.engine()](Handoff handoff, Receipt receipt) {
    return count_up(engine, std::move(handoff), std::move(receipt));
  });
  node.carrier->join(*node.runner);
  node.runner->start();
}

std::map<std::string, std::string> rows(const Node& node, const Partition& partition) {
  std::map<std::string, std::string> found;
  for (const auto& row : node.disk.rows(partition)) found[row.key] = row.value;
  return found;
}

Handoff counting(const std::string& id, Partition to = "b") {
  return {.id = id, .to = std::move(to), .kind = "count", .payload = id};
}

// Keys of handoffs that are not yet forgotten, in any partition.
std::size_t left(const Node& node) {
  std::size_t count = 0;
  for (const auto& partition : node.disk.partitions())
    for (const auto& row : node.disk.rows(partition))
      count += row.key.starts_with("~t/") || row.key.starts_with("~h/") || partition.starts_with("agenda/") ? 1 : 0;
  return count;
}

io::Task<Stepped> say(Stepped what, int* calls) {
  ++*calls;
  co_return what;
}

}  // namespace

TEST_CASE("a handoff is done in the other partition, and leaves no trace but what it did") {
  Node node;
  join(node);
  REQUIRE(node.run(hand_over(&node.engine(), "a", counting("h1"), node.now())));
  node.world.run_for(1min);
  CHECK(rows(node, "b")["n/h1"] == "1");
  CHECK(left(node) == 0);
}

TEST_CASE("a handoff within one partition works alike") {
  Node node;
  join(node);
  REQUIRE(node.run(hand_over(&node.engine(), "a", counting("h1", "a"), node.now())));
  node.world.run_for(1min);
  CHECK(rows(node, "a")["n/h1"] == "1");
  CHECK(left(node) == 0);
}

TEST_CASE("a step that finds nothing to do is moot: the row goes, and the partition is not made") {
  Node node;
  int calls = 0;
  node.carrier->step("count", [&calls](Handoff, Receipt) { return say(Stepped::Moot, &calls); });
  node.carrier->join(*node.runner);
  node.runner->start();
  REQUIRE(node.run(hand_over(&node.engine(), "a", counting("h1"), node.now())));
  node.world.run_for(1min);
  CHECK(calls == 1);
  CHECK(left(node) == 0);
  CHECK(rows(node, "b").empty());
}

TEST_CASE("a step that can't be done now is tried again, ever more rarely") {
  Node node;
  int calls = 0;
  node.carrier->step("count", [&calls](Handoff, Receipt) { return say(Stepped::Later, &calls); });
  node.carrier->join(*node.runner);
  node.runner->start();
  REQUIRE(node.run(hand_over(&node.engine(), "a", counting("h1"), node.now())));
  node.world.run_for(1min);
  CHECK(calls >= 4);
  CHECK(calls <= 8);
  node.world.run_for(60min);
  CHECK(calls >= 15);
  CHECK(calls <= 25);
}

TEST_CASE("a step that always meets conflicts does not spin") {
  Node node;
  int calls = 0;
  node.carrier->step("count", [&calls](Handoff, Receipt) { return say(Stepped::Again, &calls); });
  node.carrier->join(*node.runner);
  node.runner->start();
  REQUIRE(node.run(hand_over(&node.engine(), "a", counting("h1"), node.now())));
  node.world.run_for(1min);
  CHECK(calls <= 8 * 8);
}

TEST_CASE("two runners at once on the same shards do each handoff once") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    CAPTURE(seed);
    Node node(seed);
    Node other(node, "one");
    node.disk.faults() = {.commit_unknown = 10, .slow = 4};
    join(node);
    join(other);
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) {
      ids.push_back("h" + std::to_string(i));
      node.run(hand_over(&node.engine(), "a", counting(ids.back()), node.now()));
      agenda::announce(other.engine(), "a");
    }
    node.run_until(3h, [&] { return node.disk.under_way() == 0 && left(node) == 0; });
    for (const auto& id : ids)
      if (rows(node, "a").contains("sent/" + id)) CHECK(rows(node, "b")["n/" + id] == "1");
    CHECK(left(node) == 0);
  }
}

TEST_CASE("each acknowledged handoff is done once, whatever fails and crashes") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    CAPTURE(seed);
    Node node(seed);
    node.disk.faults() = {.commit_unknown = 10, .commit_unavailable = 15, .write_busy = 12, .read_busy = 15,
                          .lease_busy = 12, .bell_lost = 4, .slow = 20};
    std::vector<std::string> acknowledged;
    for (int round = 0; round < 8; ++round) {
      join(node);
      for (int i = 0; i < 5; ++i) {
        const auto id = "r" + std::to_string(round) + "-" + std::to_string(i);
        const auto from = "a" + std::to_string(node.world.random().below(3));
        const auto to = "b" + std::to_string(node.world.random().below(2));
        if (node.run(hand_over(&node.engine(), from, counting(id, to), node.now()))) acknowledged.push_back(to + "/" + id);
      }
      node.world.run_for(std::chrono::seconds(node.world.random().below(40)));
      node.crash();
    }
    node.disk.faults() = {};
    join(node);
    node.run_until(5h, [&] { return node.disk.under_way() == 0 && left(node) == 0; });
    for (const auto& to : {"b0", "b1"})
      for (const auto& [key, value] : rows(node, to)) {
        CAPTURE(key);
        if (key.starts_with("n/")) CHECK(value == "1");
      }
    for (const auto& what : acknowledged) {
      CAPTURE(what);
      const auto slash = what.find('/');
      CHECK(rows(node, what.substr(0, slash)).contains("n/" + what.substr(slash + 1)));
    }
    CHECK(acknowledged.size() > 10);
    CHECK(left(node) == 0);
  }
}
