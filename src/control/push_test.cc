#include <doctest/doctest.h>

#include "control/testing.h"

using namespace postroad;
using namespace postroad::control;
using namespace postroad::control::testing;

TEST_CASE("who administers a domain from its old company sees nothing of it once it has moved") {
  Control control;
  control.connect();
  auto& api = *control.api;
  const auto north = add_reseller(control, "north");
  const auto south = add_reseller(control, "south");
  REQUIRE(control.run(api.domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = {}, .settings = {}})));
  REQUIRE(control.run(api.administrators.create(Caller::system(), {.company = north.company.id, .local = "helper", .role = "company_view"}, "correct horse")));
  REQUIRE(control.run(api.roles.set(Caller::system(), "helper", "north.adm", {{.role = "domain", .object = "one.test"}})));
  const auto helper = control.run(api.sign_in.verify("helper", "north.adm", "correct horse", "test", "192.0.2.1")).value();
  REQUIRE(control.run(api.domains.get(helper, "one.test")));

  REQUIRE(control.run(api.domains.push(Caller::system(), "one.test", "south.adm")));
  CHECK(control.run(api.domains.get(south.caller, "one.test")).has_value());
  CHECK(code_of(control.run(api.domains.get(north.caller, "one.test"))) == code::kNoDomain);
  CHECK(code_of(control.run(api.domains.get(helper, "one.test"))) == code::kNoDomain);
  CHECK(broken_integrity(control) == "");
}
