#include "imap/sequence_set.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "imap/limits.h"
#include "imap/scanner.h"

using namespace postroad::imap;

namespace {

std::string resolved(std::string_view text, std::uint32_t greatest) {
  Scanner in(text);
  const auto set = in.sequence_set();
  in.end();
  return in.failed() ? in.error().text : set_text(set.resolve(greatest));
}

}  // namespace

TEST_CASE("a sequence set is sorted, merged, and its star resolved") {
  struct Case {
    const char* text;
    std::uint32_t greatest;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"1", 10, "1"},
      {"2:4", 10, "2:4"},
      {"4:2", 10, "2:4"},
      {"5,1:3,4", 10, "1:5"},
      {"*", 10, "10"},
      {"*:8", 10, "8:10"},
      {"12:*", 10, "10:12"},  // rfc3501 9: 12:* holds the greatest
      {"1:*,1:*,1:*", 10, "1:10"},
      {"*:4294967295", 10, "10:4294967295"},
      {"4294967295:*", 4294967295, "4294967295"},
      {"4294967294,4294967295", 10, "4294967294:4294967295"},
      {"1:4294967295,7", 10, "1:4294967295"},
      {"*", 0, ""},
      {"1:*", 0, ""},
      {"3,*", 0, "3"},
      {"0", 10, "expected a number above 0"},
      {"1:0", 10, "expected a number above 0"},
      {"4294967296", 10, "expected number"},
      {"1:4294967296", 10, "expected number"},
      {"", 10, "expected number"},
      {"1,", 10, "expected number"},
      {"1::2", 10, "expected number"},
      {"1:2:3", 10, "expected end of command"},
      {"-1", 10, "expected number"},
      {"$", 10, "expected number"},
  };
  for (const auto& row : kCases) {
    CAPTURE(row.text);
    CHECK(resolved(row.text, row.greatest) == row.want);
  }
}

TEST_CASE("giant sets are bounded, and cost what they hold") {
  std::string most = "1:*";
  for (std::size_t i = 1; i < kRanges; ++i) most += ",1:*";
  CHECK(resolved(most, 4294967295) == "1:4294967295");
  CHECK(resolved(most + ",1", 7) == "expected fewer ranges in a set");
}

TEST_CASE("numbers become ranges and are found in them") {
  const std::vector<std::uint32_t> numbers = {1, 2, 3, 7, 9, 10};
  const auto ranges = ranges_of(numbers);
  CHECK(set_text(ranges) == "1:3,7,9:10");
  for (std::uint32_t n = 0; n < 12; ++n) CHECK(contains(ranges, n) == (std::ranges::find(numbers, n) != numbers.end()));
  CHECK_FALSE(contains({}, 1));
}
