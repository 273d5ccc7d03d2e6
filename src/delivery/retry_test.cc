#include "delivery/testing.h"

using namespace postroad;
using namespace postroad::delivery;
using namespace postroad::delivery::testing;

namespace {

// Puts a message for these addresses into the queue.
queue::Entry put(Node& node, const std::vector<std::string>& addresses) {
  const auto arrival = node.arrival(addresses);
  queue::Entry entry{.id = arrival.id, .accepted_at = arrival.received_at, .next = node.loop->clock().now() + 30s,
                     .sender = arrival.mail.from.text()};
  for (const auto& each : arrival.recipients) entry.addressees.push_back({.account = each.accounts[0]->id});
  REQUIRE(node.run(node.queue->put(entry, arrival.message, node.world.now() + 60s)));
  return entry;
}

}  // namespace

TEST_CASE("what is queued is delivered, over crashes, and leaves nothing behind") {
  Node node;
  put(node, {"ann@example.org", "bob@example.org"});
  node.crash();
  node.world.run_for(1h);
  CHECK(node.count("ann@example.org") == 1);
  CHECK(node.count("bob@example.org") == 1);
  CHECK(node.queued().empty());
  for (const auto& [id, bytes] : node.disk.bodies()) CHECK_FALSE(id.starts_with("queue/"));
}

TEST_CASE("a crash at any step of a retry neither loses nor doubles") {
  for (int steps = 50; steps < 4000; steps += 150) {
    Node node(static_cast<std::uint64_t>(steps));
    CAPTURE(steps);
    put(node, {"ann@example.org", "bob@example.org"});
    node.world.run_for(29s);
    for (int i = 0; i < steps; ++i) node.world.step();
    node.crash();
    node.world.run_for(3h);
    CHECK(node.count("ann@example.org") == 1);
    CHECK(node.count("bob@example.org") == 1);
    CHECK(node.queued().empty());
  }
}

TEST_CASE("an account that is no more: the others get it, and the rest is stuck") {
  Node node;
  const auto entry = put(node, {"ann@example.org", "bob@example.org"});
  node.forget("bob@example.org");
  node.world.run_for(1h);
  CHECK(node.count("ann@example.org") == 1);
  REQUIRE(node.queued().size() == 1);
  CHECK(node.queued()[0].state == queue::Entry::State::Stuck);
  CHECK(node.queued()[0].addressees == std::vector{entry.addressees[1]});
}

TEST_CASE("what can't be delivered for days becomes stuck, and is tried again by hand") {
  Node node;
  const auto entry = put(node, {"ann@example.org"});
  node.fail_commits("ann@example.org", store::memory::Fate::Unavailable);
  node.world.run_for(24h);
  REQUIRE(node.queued().size() == 1);
  CHECK(node.queued()[0].state == queue::Entry::State::Waiting);
  CHECK(node.queued()[0].attempts > 10);
  CHECK(node.queued()[0].attempts < 60);
  node.world.run_for(6 * 24h);
  CHECK(node.queued()[0].state == queue::Entry::State::Stuck);
  CHECK_FALSE(node.queued()[0].why.empty());
  node.heal();
  node.world.run_for(24h);
  CHECK(node.queued().size() == 1);
  REQUIRE(node.run(node.queue->retry(entry.id)));
  node.world.run_for(1h);
  CHECK(node.queued().empty());
  CHECK(node.count("ann@example.org") == 1);
}
