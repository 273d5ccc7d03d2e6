#include "cluster/testing.h"
#include "mailbox/rows/keys.h"

// Statistics from the commit to control's figures, with either of them, or both, crashing in the midst.
namespace postroad::cluster {
namespace {

using namespace testing;
using control::Period;
using control::Scope;
using statistics::Counter;

constexpr accounting::Options kQuick{.report_every = 5s, .mend_after = 3s, .verify_cycle = 30s};

struct Counted : Town {
  explicit Counted(std::uint64_t seed) : Town(seed, kQuick) {
    for (const char* subject : {"one", "two", "three"}) add("INBOX", subject);
    control.world.run_for(15s);
    REQUIRE(look().figure.of(Counter::MessagesAppended) == 3);
    REQUIRE(corrections().empty());
  }
  // Of the domain, by month; which a user's hour is part of.
  control::StatisticsRow look() { return control.run(control.api->statistics.summary(Caller::system(), {Scope::Domain, "one.test"}, Period::Month, 1)).value().rows.front(); }
  std::vector<control::Correction> corrections() { return control.run(control.api->statistics.corrections(10)).value(); }

  // The hour's row, as if a disk or a defect had altered it; nobody is at work meanwhile.
  void alter_counter() {
    stop_node();
    auto engine_loop = simulated::Loop(control.world, "disk");
    const auto quiet = store::memory::open(disk);
    auto& engine = quiet->on(engine_loop);
    const auto partition = mailbox::partition_of(account);
    const std::string key(statistics::kCurrentKey);
    const auto got = control.world.run(engine_loop, engine.get(partition, std::vector{key}));
    auto row = statistics::decode_hour(got->values.at(0).value()).value();
    row.counts.of(Counter::MessagesAppended) += 1000;
    ++row.version;
    REQUIRE(control.world.run(engine_loop, engine.commit(partition, {.put = {{key, encode(row)}}})).outcome == store::Outcome::Committed);
    engine_loop.kill();
    start_node();
  }
  void alter_rollup() {
    const auto beside = control.database.connect(sql::Access::Write).value();
    REQUIRE(beside->run("UPDATE statistics SET messages_appended = messages_appended + 1000 WHERE scope = 'domain' AND period = 'month'").has_value());
    REQUIRE(look().figure.of(Counter::MessagesAppended) == 1003);
  }

  // Until it is right again, a figure that shows what never was bears a mark, but for the time until it was found. Crashes once,
  // so long after it was altered.
  void live_through(std::chrono::milliseconds crash_after, bool is_node, bool is_control) {
    constexpr auto kStep = 500ms;
    bool was_marked = false;
    for (auto passed = 0ms; passed < 3 * 30'000ms; passed += kStep) {
      if (passed <= crash_after && crash_after < passed + kStep) {
        if (is_node) crash_node();
        if (is_control) crash_control();
      }
      control.world.run_for(kStep);
      const auto row = look();
      was_marked = was_marked || row.under_correction;
      const bool is_wrong = row.figure.of(Counter::MessagesAppended) != 3;
      CHECK_FALSE((is_wrong && !row.under_correction && was_marked));
      if (row.under_correction) CHECK(row.under_correction->good_until <= control.loop->clock().now());
    }
    if (!is_node) CHECK(was_marked);  // a node takes its time to start, in which nobody looks here
    const auto row = look();
    CHECK(row.figure.of(Counter::MessagesAppended) == 3);
    CHECK_FALSE(row.under_correction);
    const auto all = corrections();
    CHECK_FALSE(all.empty());
    for (const auto& each : all) CHECK(each.mended_at > 0);
  }
};

struct Crash {
  std::string name;
  bool is_node;
  bool is_control;
};
const Crash kCrashes[] = {{"nobody", false, false}, {"the node", true, false}, {"control", false, true}, {"both", true, true}};

TEST_CASE("a counter that was altered on a cluster is marked at control and put right, whoever crashes when") {
  std::uint64_t seed = 1;
  for (const auto& [name, is_node, is_control] : kCrashes) {
    for (const auto after : {0ms, 4000ms, 7000ms, 12'000ms, 31'000ms}) {
      if (!is_node && !is_control && after != 0ms) continue;
      Counted town(seed++);
      CAPTURE(name);
      CAPTURE(after.count());
      town.alter_counter();
      town.live_through(after, is_node, is_control);
    }
  }
}

TEST_CASE("a figure that was altered at control is marked and put right, whoever crashes when") {
  std::uint64_t seed = 100;
  for (const auto& [name, is_node, is_control] : kCrashes) {
    for (const auto after : {0ms, 4000ms, 9000ms, 17'000ms, 31'000ms}) {
      if (!is_node && !is_control && after != 0ms) continue;
      Counted town(seed++);
      CAPTURE(name);
      CAPTURE(after.count());
      town.alter_rollup();
      town.live_through(after, is_node, is_control);
    }
  }
}

}  // namespace
}  // namespace postroad::cluster
