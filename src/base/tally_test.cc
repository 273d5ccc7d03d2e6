#include "base/tally.h"

#include <doctest/doctest.h>

using namespace postroad;

TEST_CASE("of each name there are as many as may be") {
  Tally tally;
  auto one = tally.take("a", 2);
  auto two = tally.take("a", 2);
  CHECK(one);
  CHECK(two);
  CHECK_FALSE(tally.take("a", 2));
  CHECK(tally.take("b", 2));
  CHECK_FALSE(tally.take("c", 0));
  CHECK(tally.names() == 1);
}

TEST_CASE("a place is free again when who had it has gone, and nothing is kept of a name without any") {
  Tally tally;
  auto one = tally.take("a", 1);
  auto moved = std::move(one);
  CHECK_FALSE(one);
  CHECK(moved);
  CHECK_FALSE(tally.take("a", 1));
  moved = Tally::Place();
  CHECK(tally.names() == 0);
  auto again = tally.take("a", 1);
  CHECK(again);
  again.leave();
  again.leave();
  CHECK(tally.names() == 0);
}
