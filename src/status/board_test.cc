#include "status/board.h"

#include <doctest/doctest.h>

using namespace postroad;
using namespace postroad::status;
using namespace std::chrono_literals;

namespace {
const Time kStart{std::chrono::seconds(1'800'000'000)};
const Component kImap{"a", Service::Imap};
const Component kPop{"a", Service::Pop};
Board board() { return Board(components_of({"a", "b"})); }
}  // namespace

TEST_CASE("one failure is Degraded, two in a row Offline, one success Online") {
  auto it = board();
  CHECK(it.find(kImap, Finding::Good, "", kStart));  // from Unknown
  CHECK_FALSE(it.find(kImap, Finding::Good, "", kStart + 10s));
  CHECK(it.find(kImap, Finding::Failed, "no route", kStart + 30s));
  CHECK(it.standing(kImap, kStart + 30s).state == State::Degraded);
  CHECK(it.find(kImap, Finding::Failed, "no route", kStart + 60s));
  CHECK(it.standing(kImap, kStart + 60s).state == State::Offline);
  CHECK(it.standing(kImap, kStart + 60s).since == kStart + 60s);
  CHECK(it.find(kImap, Finding::Good, "", kStart + 90s));
  CHECK(it.standing(kImap, kStart + 90s).state == State::Online);
  CHECK(it.standing(kPop, kStart).state == State::Online);
}

TEST_CASE("slow is Degraded for as long as it lasts, never Offline") {
  auto it = board();
  for (int i = 0; i < 5; ++i) it.find(kImap, Finding::Slow, "queued", kStart + i * 30s);
  CHECK(it.standing(kImap, kStart + 120s).state == State::Degraded);
}

TEST_CASE("an operator's word stands above the probes' until it is taken back") {
  auto it = board();
  it.find(kImap, Finding::Good, "", kStart);
  CHECK(it.say(kImap, State::InMaintenance, kStart + 1s));
  CHECK_FALSE(it.find(kImap, Finding::Failed, "down", kStart + 30s));
  CHECK_FALSE(it.find(kImap, Finding::Failed, "down", kStart + 60s));
  CHECK(it.standing(kImap, kStart + 60s).state == State::InMaintenance);
  CHECK(it.standing(kImap, kStart + 60s).is_operators);
  CHECK(it.say(kImap, std::nullopt, kStart + 70s));
  CHECK(it.standing(kImap, kStart + 70s).state == State::Offline);
}

TEST_CASE("without a probe for long, a state is not known") {
  auto it = board();
  CHECK_FALSE(it.standing(kImap, kStart).is_known);
  it.find(kImap, Finding::Good, "", kStart);
  CHECK(it.standing(kImap, kStart + 120s).is_known);
  CHECK_FALSE(it.standing(kImap, kStart + 121s).is_known);
  it.say(kImap, State::Offline, kStart + 130s);
  CHECK(it.standing(kImap, kStart + 500s).is_known);
}

TEST_CASE("a cluster is as bad as its worst component, and the other cluster does not notice") {
  auto it = board();
  for (const auto& component : it.components()) it.find(component, Finding::Good, "", kStart);
  it.find(kImap, Finding::Failed, "", kStart + 30s);
  it.find(kPop, Finding::Failed, "", kStart + 30s);
  it.find(kPop, Finding::Failed, "", kStart + 60s);
  CHECK(it.worst("a", kStart + 60s) == State::Offline);
  CHECK(it.overall("a", kStart + 60s) == State::Degraded);
  CHECK(it.overall("b", kStart + 60s) == State::Online);
  CHECK(it.overall("b", kStart + 300s) == std::nullopt);
  CHECK(it.overall("", kStart + 60s) == State::Degraded);
  CHECK(Board({}).overall("", kStart) == std::nullopt);
  CHECK(it.worst("b", kStart + 60s) == State::Online);
  CHECK(it.worst("", kStart + 60s) == State::Offline);
}

TEST_CASE("a component that is not on the board is not known, and takes no word") {
  auto it = board();
  CHECK_FALSE(it.standing({"c", Service::Imap}, kStart).is_known);
  CHECK_FALSE(it.say({"c", Service::Imap}, State::Offline, kStart));
}

TEST_CASE("what probes found survives a restart, with its times") {
  auto before = board();
  before.find(kImap, Finding::Good, "", kStart);
  before.find(kPop, Finding::Failed, "", kStart + 10s);
  auto after = board();
  after.restore(before.save() + "junk\nc-imap operational 0 1 1\na-pop sad 0 1 1\na-pop operational -1 1 1\n");
  CHECK(after.standing(kImap, kStart + 20s).is_known);
  CHECK(after.standing(kPop, kStart + 20s).state == State::Degraded);
  CHECK(after.standing(kPop, kStart + 20s).since == kStart + 10s);
  CHECK_FALSE(after.standing(kImap, kStart + 200s).is_known);
  after.find(kPop, Finding::Failed, "", kStart + 40s);
  CHECK(after.standing(kPop, kStart + 40s).state == State::Offline);
  CHECK_FALSE(after.standing({"b", Service::Imap}, kStart + 20s).is_known);
}

TEST_CASE("states are read as people and as the API write them") {
  CHECK(parse_state("in maintenance") == State::InMaintenance);
  CHECK(parse_state("maintenance") == State::InMaintenance);
  CHECK(parse_state("major_outage") == State::Offline);
  CHECK(parse_state("Degraded") == State::Degraded);
  CHECK_FALSE(parse_state("sad"));
}
