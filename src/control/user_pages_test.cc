#include "control/user_pages.h"

#include <doctest/doctest.h>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;
using Words = std::vector<std::string>;

struct Fixture {
  Fixture() {
    control.connect();
    const auto north = add_reseller(control, "north");
    REQUIRE(control.run(control.api->domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})));
    REQUIRE(control.run(control.api->workgroups.create(north.caller, "one.test", "staff")));
    for (const auto* local : {"a1", "a2", "a3", "b1", "b2"}) REQUIRE(control.run(control.api->users.create(north.caller, new_mailbox("one.test", local))));
  }
  // Those whose names begin so.
  static Segment segment(const std::string& begin, std::uint64_t count) {
    Segment made{.domain = "d"};
    made.arguments.add("u.folded LIKE $", begin + "%");
    made.add_stream();
    made.count = count;
    return made;
  }
  Words page(const std::vector<Segment>& segments, bool is_descending, Range range) {
    const auto connection = control.database.connect(sql::Access::Read).value();
    Words made;
    for (const auto& row : read_segments(*connection, segments, is_descending, range)->rows) made.push_back(row.value);
    return made;
  }
  Control control;
};

TEST_CASE("pages over several segments, from either end, leave nobody out and repeat nobody") {
  Fixture f;
  const std::vector segments{Fixture::segment("a", 3), Fixture::segment("b", 2)};
  const Words all{"a1", "a2", "a3", "b1", "b2"};
  for (std::uint64_t first = 0; first <= all.size(); ++first) {
    for (std::uint64_t limit = 1; limit <= 3; ++limit) {
      CAPTURE(first);
      CAPTURE(limit);
      Words want(all.begin() + static_cast<std::ptrdiff_t>(first), all.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(first + limit, all.size())));
      CHECK(f.page(segments, false, {first, limit}) == want);
      const Words back{all.rbegin(), all.rend()};
      want.assign(back.begin() + static_cast<std::ptrdiff_t>(first), back.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(first + limit, back.size())));
      CHECK(f.page(segments, true, {first, limit}) == want);
    }
  }
}

}  // namespace
}  // namespace postroad::control
