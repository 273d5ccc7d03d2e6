#include "control/pace.h"

#include <doctest/doctest.h>

namespace postroad::control {
namespace {
using std::chrono::milliseconds;

TEST_CASE("a feed holds a second of work, and not less than it takes to measure") {
  io::Tick now{};
  Pace pace;
  CHECK(pace.feed_most(256) == 256);
  for (int n = 0; n < 100; ++n) {
    pace.handed(now);
    now += milliseconds(500);
    pace.settled(50, now, true);
  }
  CHECK(pace.per_second() == doctest::Approx(100));
  CHECK(pace.feed_most(256) == 100);
  for (int n = 0; n < 100; ++n) pace.settled(1, now += milliseconds(1000), true);
  CHECK(pace.per_second() == doctest::Approx(1));
  CHECK(pace.feed_most(256) == Pace::kFeedLeast);
  for (int n = 0; n < 200; ++n) pace.settled(256, now += milliseconds(100), true);
  CHECK(pace.feed_most(256) == 256);
}

TEST_CASE("a rest is no work") {
  io::Tick now{};
  Pace pace;
  pace.handed(now);
  pace.settled(100, now += milliseconds(1000), false);
  now += std::chrono::hours(1);
  pace.handed(now);
  pace.settled(100, now += milliseconds(1000), true);
  CHECK(pace.per_second() == doctest::Approx(100));
  pace.rest();
  now += std::chrono::hours(1);
  pace.handed(now);
  pace.settled(100, now += milliseconds(1000), false);
  CHECK(pace.per_second() == doctest::Approx(100));
}

TEST_CASE("what takes no time tells nothing") {
  Pace pace;
  pace.handed(io::Tick{});
  pace.settled(10, io::Tick{}, false);
  CHECK(pace.feed_most(256) == 256);
}

TEST_CASE("what comes to a halt shows at once, and is no measurement") {
  io::Tick now{};
  Pace pace;
  CHECK(pace.per_second(now) == 0);
  pace.handed(now);
  pace.settled(100, now += milliseconds(1000), true);
  CHECK(pace.per_second(now) == doctest::Approx(100));
  CHECK(pace.per_second(now + milliseconds(9000)) < 20);
  pace.rest();
  CHECK(pace.per_second(now + milliseconds(9000)) == doctest::Approx(100));
}

}  // namespace
}  // namespace postroad::control
