#include "control/search.h"

#include <doctest/doctest.h>

using namespace postroad::control;

TEST_CASE("a pattern matches without regard to case, and in linear time") {
  CHECK(is_match("Example", "ex*le"));
  CHECK(is_match("", "*"));
  CHECK_FALSE(is_match("", "?"));
  CHECK_FALSE(is_match("example", "ex*la"));
  CHECK_FALSE(is_match(std::string(10'000, 'a'), "*a*a*a*a*a*a*a*b"));
}
