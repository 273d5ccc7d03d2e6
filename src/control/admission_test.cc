#include "control/admission.h"

#include <doctest/doctest.h>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Door {
  explicit Door(AdmissionOptions options = {}) : admission(loop, metrics, options) {}
  ~Door() { loop.kill(); }

  Result<> enter(const Caller& caller, bool is_valid = true) {
    const auto place = world.run(loop, admission.enter(caller, Admission::What::Change));
    if (!place) return std::unexpected(place.error());
    admission.ended(caller, is_valid);
    return {};
  }
  milliseconds time_of(const Caller& caller, bool is_valid) {
    const auto before = world.now();
    enter(caller, is_valid).value();
    return std::chrono::duration_cast<milliseconds>(world.now() - before);
  }

  simulated::World world{1};
  simulated::Loop loop{world, "door"};
  metrics::Registry metrics;
  Admission admission;
  const Caller north{.id = "p1", .name = "admin@north.adm", .face = "app", .peer = {}};
  const Caller south{.id = "p2", .name = "admin@south.adm", .face = "app", .peer = {}};
};

TEST_CASE("so many changes a second, some at once; the refusal says when to come back") {
  Door door({.per_second = 10, .burst = seconds(2)});
  for (int n = 0; n < 20; ++n) CHECK(door.enter(door.north));
  const auto refused = door.enter(door.north);
  CHECK(refused.error().fault == Fault::Busy);
  CHECK(refused.error().code == code::kBusy);
  CHECK(refused.error().text == "more than 10 changes a second; try again in 1 second");
  CHECK(door.enter(door.south));
  CHECK(door.enter(Caller::system()));
  door.world.run_for(seconds(1));
  CHECK(door.enter(door.north));
}

TEST_CASE("a request of many changes counts as many, until the burst is used up") {
  Door door({.per_second = 10, .burst = seconds(2)});
  CHECK(door.enter(door.north));
  door.admission.ended(door.north, true, {}, 1000);
  CHECK(door.enter(door.north).error().code == code::kBusy);
  CHECK(door.enter(door.south));
  door.world.run_for(seconds(1));
  for (int n = 0; n < 10; ++n) CHECK(door.enter(door.north));
  CHECK_FALSE(door.enter(door.north));
}

TEST_CASE("who is mostly wrong waits the longer the more it is so, and nobody else does") {
  Door door({.per_second = 0, .slow_most = milliseconds(2000)});
  milliseconds longest{0};
  for (int n = 0; n < 19; ++n) CHECK(door.time_of(door.north, false) == milliseconds(0));
  for (int n = 0; n < 20; ++n) longest = std::max(longest, door.time_of(door.north, false));
  CHECK(longest == milliseconds(2000));
  CHECK(door.time_of(door.south, true) == milliseconds(0));
  // What is right makes up for it.
  for (int n = 0; n < 200; ++n) door.enter(door.north, true).value();
  CHECK(door.time_of(door.north, true) < milliseconds(20));
  CHECK(door.metrics.text().contains("postroad_control_slowed_total"));
}

TEST_CASE("to look for what is not there before it is made is no mistake") {
  Control control;
  const auto north = add_reseller(control, "north");
  control.run(control.api->domains.create(north.caller, {.name = "north.test", .company = {}, .cluster = "a", .settings = {}})).value();
  control.run(control.api->workgroups.create(north.caller, "north.test", "staff")).value();
  const auto before = control.world.now();
  for (int n = 0; n < 60; ++n) CHECK(code_of(control.run(control.api->users.get(north.caller, "north.test", "u" + std::to_string(n), kAnyUser))) == code::kNoUser);
  control.run(control.api->users.create(north.caller, new_mailbox("north.test", "joe"))).value();
  CHECK(control.world.now() - before < milliseconds(100));
}

TEST_CASE("one in ten may be wrong") {
  Door door({.per_second = 0});
  for (int n = 0; n < 500; ++n) CHECK(door.time_of(door.north, n % 10 != 0) == milliseconds(0));
}

struct Several : Door {
  using Door::Door;
  io::Task<void> stay(Caller caller, milliseconds time) {
    const auto place = co_await admission.enter(caller, Admission::What::Change);
    if (!place) {
      refused.push_back(place.error().text);
      co_return;
    }
    most = std::max(most, ++inside);
    co_await loop.sleep(time);
    --inside;
    ++done;
  }
  int inside = 0;
  int most = 0;
  int done = 0;
  std::vector<std::string> refused;
};

TEST_CASE("a few of a client's requests at once, in order; past a number of waiting ones it is told to come again") {
  Several door({.per_second = 0, .at_once = 3, .waiting = 10});
  for (int n = 0; n < 20; ++n) door.loop.spawn(door.stay(door.north, milliseconds(100)), "north");
  for (int n = 0; n < 3; ++n) door.loop.spawn(door.stay(door.south, milliseconds(100)), "south");
  door.world.run_for(seconds(2));
  CHECK(door.most == 6);
  CHECK(door.refused.size() == 7);
  CHECK(door.refused[0] == "too many of your requests at once; try again in 5 seconds");
  CHECK(door.done == 16);
}

TEST_CASE("who waits too long is told to come again") {
  Several door({.per_second = 0, .at_once = 1});
  door.loop.spawn(door.stay(door.north, std::chrono::minutes(5)), "north");
  door.loop.spawn(door.stay(door.north, milliseconds(1)), "north");
  door.world.run_for(seconds(40));
  CHECK(door.refused == std::vector<std::string>{"too many of your requests at once; try again in 5 seconds"});
}

}  // namespace
}  // namespace postroad::control
