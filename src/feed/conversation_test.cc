#include "feed/testing.h"

// Changes and reports, over good connections and bad ones.
namespace postroad::feed {
namespace {

using namespace testing;
using namespace std::chrono_literals;

TEST_CASE("changes reach the cluster in order, and control learns what became of each") {
  World w;
  for (Position n = 1; n <= 1000; ++n) w.book.add(n);
  w.start();
  REQUIRE(w.settles(1000));
  CHECK(w.shelf.taken.size() == 1000);
  CHECK(std::ranges::is_sorted(w.shelf.taken));
  CHECK(w.book.outcomes.size() == 1000);
  CHECK(w.book.outcomes[2] == std::vector<std::string>{"applied"});
  CHECK(w.book.outcomes[3] == std::vector<std::string>{"a third"});
}

TEST_CASE("a change that comes while the cluster waits is handed out at once") {
  World w;
  w.start();
  w.world.run_for(5s);
  const auto before = w.world.now();
  w.book.add(7);
  REQUIRE(w.settles(7));
  CHECK(w.world.now() - before < 100ms);
  CHECK(w.server.is_connected("a"));
  CHECK_FALSE(w.server.is_connected("b"));
}

TEST_CASE("without a ring the next pull finds the change") {
  World w;
  w.start();
  w.world.run_for(5s);
  w.book.add(7);
  CHECK(w.world.run_until([&] { return w.book.acknowledged == 7; }, 31s));
}

TEST_CASE("connections that break at any time lose nothing and do nothing twice") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    World w(seed);
    w.network.usual().resets_once_in = 25;
    for (Position n = 1; n <= 500; ++n) w.book.add(n * 10);
    w.start({.wait = 1s, .backoff_least = 10ms, .backoff_most = 1s});
    w.shelf.each = 1ms;
    REQUIRE(w.settles(5000, std::chrono::hours(2)));
    CHECK(w.shelf.taken.size() == 500);
    CHECK(std::ranges::is_sorted(w.shelf.taken));
    REQUIRE(w.book.outcomes.size() == 500);
    for (const auto& [position, outcomes] : w.book.outcomes)
      for (const auto& outcome : outcomes) CHECK(outcome == (position % 3 == 0 ? "a third" : "applied"));
  }
}

TEST_CASE("a settlement that control never heard of is told again") {
  World w;
  for (Position n = 1; n <= 5; ++n) w.book.add(n);
  w.shelf.at = 4;  // decided before a crash
  w.shelf.log_name = "book";
  w.start();
  REQUIRE(w.settles(5));
  CHECK(w.book.outcomes.size() == 5);
  CHECK(w.shelf.taken == std::vector<Position>{5});
}

TEST_CASE("a cluster never applies another log than the one that it began with") {
  World w;
  w.book.add(1);
  w.shelf.log_name = "another book";
  w.start();
  CHECK_FALSE(w.settles(1));
  CHECK(w.shelf.taken.empty());
}

TEST_CASE("a cluster that cannot apply now comes again") {
  World w;
  w.book.add(1);
  w.shelf.busy = 3;
  w.start();
  CHECK(w.settles(1));
  CHECK(w.shelf.taken == std::vector<Position>{1});
}

TEST_CASE("a slow cluster is given about a second's work at once") {
  World w;
  for (Position n = 1; n <= 2000; ++n) w.book.add(n);
  w.shelf.each = 20ms;
  w.start();
  REQUIRE(w.settles(2000));
  CHECK(w.book.asked.front() == kBatchChanges);
  CHECK(w.book.asked.back() >= 45);
  CHECK(w.book.asked.back() <= 50);
}

TEST_CASE("control that is away for hours is found again within seconds") {
  World w;
  w.network.cut("a", "control");
  w.start();
  w.world.run_for(std::chrono::hours(5));
  w.book.add(1);
  w.network.heal("a", "control");
  CHECK(w.settles(1, 45s));
}

TEST_CASE("a line that went dead is noticed and replaced") {
  World w;
  w.start();
  w.world.run_for(5s);
  w.network.cut("a", "control");
  w.world.run_for(5min);
  w.network.heal("a", "control");
  w.book.add(1);
  CHECK(w.settles(1, 2min));
}

TEST_CASE("an idle connection stays") {
  World w;
  auto& client = w.start({.wait = 60s});
  w.world.run_for(std::chrono::hours(1));
  CHECK(client.is_connected());
  CHECK(w.network.connections("a") == 1);
}

TEST_CASE("a new connection of a cluster takes the place of the old one") {
  World w;
  w.start();
  w.world.run_for(1s);
  w.start();
  w.world.run_for(100ms);
  CHECK(w.server.is_connected("a"));
  CHECK(w.call("x", "1").has_value());
}

TEST_CASE("a source that fails ends the connection, and the cluster comes again") {
  World w;
  w.book.add(1);
  w.book.is_broken = true;
  w.start();
  CHECK_FALSE(w.settles(1, 5s));
  w.book.is_broken = false;
  CHECK(w.settles(1, 1min));
}

TEST_CASE("reports arrive, the newest version of each, also over lost connections") {
  World w(3);
  w.network.usual().resets_once_in = 20;
  auto& client = w.start({.backoff_least = 10ms, .backoff_most = 100ms, .reports = 300});
  for (std::uint64_t version = 1; version <= 3; ++version) {
    for (int n = 0; n < 300; ++n) CHECK(client.report({"key" + std::to_string(n), version, std::to_string(version)}));
    w.world.run_for(5ms);
  }
  CHECK(client.report({"key1", 2, "\"old\""}));
  REQUIRE(w.world.run_until([&] { return client.unconfirmed() == 0; }));
  std::map<std::string, std::uint64_t> newest;
  for (const auto& report : w.book.reports) newest[report.key] = std::max(newest[report.key], report.version);
  CHECK(newest.size() == 300);
  CHECK(std::ranges::all_of(newest, [](const auto& entry) { return entry.second == 3; }));
}

TEST_CASE("reports without room are refused, not forgotten") {
  World w;
  auto& client = w.start({.reports = 2});
  CHECK(client.report({"a", 1, "1"}));
  CHECK(client.report({"b", 1, "1"}));
  CHECK_FALSE(client.report({"c", 1, "1"}));
  CHECK(client.report({"a", 2, "1"}));
}

TEST_CASE("either end stops when told to") {
  World w;
  auto& client = w.start();
  w.world.run_for(1s);
  client.stop();
  w.world.run_for(1s);
  CHECK(w.cluster_loop.running() == 0);
  CHECK_FALSE(w.server.is_connected("a"));

  w.start();
  w.world.run_for(1s);
  w.server.stop();
  w.listener->close();
  w.world.run_for(10s);
  CHECK_FALSE(w.server.is_connected("a"));
  CHECK(w.control_loop.running() == 0);
}

}  // namespace
}  // namespace postroad::feed
