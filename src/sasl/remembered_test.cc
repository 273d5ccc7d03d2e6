#include "sasl/remembered.h"

#include <doctest/doctest.h>

#include "io/simulated.h"
#include "sasl/throttle.h"

namespace postroad::sasl {
namespace {

using namespace std::chrono_literals;
namespace simulated = io::simulated;

TEST_CASE("what is remembered is bounded, and the oldest go first") {
  simulated::Random random(1);
  Remembered remembered(3, 60s, random);
  const io::Tick start{};
  for (std::uint64_t n = 0; n < 5; ++n) remembered.add("a", n, "p", start + std::chrono::seconds(n));
  CHECK(remembered.size() == 3);
  CHECK_FALSE(remembered.has("a", 1, "p", start + 5s));
  CHECK(remembered.has("a", 2, "p", start + 5s));
  CHECK_FALSE(remembered.has("a", 2, "q", start + 5s));
  CHECK_FALSE(remembered.has("b", 2, "p", start + 5s));
  CHECK_FALSE(remembered.has("a", 2, "p", start + 62s));
  CHECK(remembered.has("a", 4, "p", start + 62s));
  CHECK(remembered.size() == 2);
}

TEST_CASE("remembering again does not make it last longer") {
  simulated::Random random(1);
  Remembered remembered(3, 60s, random);
  const io::Tick start{};
  remembered.add("a", 1, "p", start);
  remembered.add("a", 1, "p", start + 59s);
  CHECK_FALSE(remembered.has("a", 1, "p", start + 60s));
}

TEST_CASE("failures are counted in windows, for a bounded number of names") {
  Throttle throttle(2, 10s, 3);
  const io::Tick start{};
  throttle.failed("a", start);
  CHECK_FALSE(throttle.is_over("a", start));
  throttle.failed("a", start + 9s);
  CHECK(throttle.is_over("a", start + 9s));
  CHECK(throttle.wait("a", start + 9s) == 1s);
  CHECK_FALSE(throttle.is_over("a", start + 10s));
  CHECK(throttle.wait("a", start + 10s) == 0s);
  for (const char* name : {"b", "c", "d", "e"}) throttle.failed(name, start + 11s);
  CHECK(throttle.size() == 3);
}

}  // namespace
}  // namespace postroad::sasl
