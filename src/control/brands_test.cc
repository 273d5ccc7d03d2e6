#include "control/brands.h"

#include <doctest/doctest.h>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;

// A reseller north with a company inner below it, and a domain of each.
struct Town {
  Town() {
    control.connect();
    north = add_reseller(control, "north");
    inner = add_reseller(control, "inner", north.company.id);
    make_domain(north, "north.test");
    make_domain(inner, "inner.test");
  }
  ~Town() { control.stop(); }
  void make_domain(const Reseller& owner, const std::string& name) {
    REQUIRE(run(control.api->domains.create(owner.caller, {.name = name, .company = {}, .cluster = "a", .settings = {}})));
    REQUIRE(run(control.api->workgroups.create(owner.caller, name, "staff")));
    REQUIRE(run(control.api->users.create(owner.caller, new_mailbox(name, "joe"))));
  }
  template <class T>
  T run(io::Task<T> task) {
    return control.run(std::move(task));
  }
  Brands& brands() { return control.api->brands; }
  void bear_domain(const std::string& domain, const std::string& brand) {
    REQUIRE(run(control.api->domains.change(north.caller, domain, {.brand = brand})));
  }
  void bear_user(const std::string& domain, const std::string& brand) {
    UserSettings settings;
    settings.more.brand = brand;
    REQUIRE(run(control.api->users.change(north.caller, domain, "joe", kAnyUser, settings)));
  }
  std::string members(const Caller& caller, const std::string& company, const std::string& name, std::vector<BrandMemberType> types = {}) {
    const auto found = run(brands().members(caller, company, name, std::move(types), {}));
    if (!found) return found.error().code;
    std::string made;
    for (const auto& member : found->rows) made += member.name + " ";
    CHECK(found->total == found->rows.size());
    return made;
  }
  Control control;
  Reseller north;
  Reseller inner;
};

TEST_CASE("a brand is made, changed, found and deleted") {
  Town town;
  const auto& me = town.north.caller;
  CHECK(town.run(town.brands().put(me, "", "April 10", {{"display_name", "April"}, {"primary_color", "#1a2B3c"}}, true)));
  CHECK(code_of(town.run(town.brands().put(me, "north.adm", "APRIL 10", {}, true))) == code::kBrandExists);
  CHECK(town.run(town.brands().put(me, "", "april 10", {{"primary_color", ""}, {"support_url", "https://help.example"}})));
  const auto brand = town.run(town.brands().get(me, "", "april 10")).value();
  CHECK(brand.attributes == std::map<std::string, std::string>{{"display_name", "April"}, {"support_url", "https://help.example"}});
  CHECK(brand.counts.total() == 0);
  CHECK(town.run(town.brands().put(me, "", "Summer", {})));
  CHECK(town.run(town.brands().search(me, "", "*", {}))->total == 2);
  CHECK(town.run(town.brands().search(me, "", "s?mmer", {}))->rows[0].name == "Summer");
  CHECK(town.run(town.brands().search(me, "", "*", {.first = 1, .limit = 5}))->rows.size() == 1);
  CHECK(outcome(town.run(town.brands().erase(me, "", "SUMMER"))) == "applied");
  CHECK(code_of(town.run(town.brands().get(me, "", "Summer"))) == code::kNoBrand);
  CHECK(code_of(town.run(town.brands().erase(me, "", "Summer"))) == code::kNoBrand);
  CHECK(broken_integrity(town.control) == "");
}

TEST_CASE("what a brand can't be is refused") {
  Town town;
  const std::pair<std::string, std::map<std::string, std::string>> kCases[] = {
      {"", {}}, {"a/b", {}}, {std::string(65, 'x'), {}}, {"a\nb", {}}, {"a\xff", {}},
      {"x", {{"moon", "full"}}},
      {"x", {{"logo_url", "javascript:alert(1)"}}},
      {"x", {{"logo_url", "https://a b"}}},
      {"x", {{"logo_url", "https://" + std::string(1000, 'x')}}},
      {"x", {{"logo_url", "https://x\"onload=1"}}},
      {"x", {{"primary_color", "red"}}},
      {"x", {{"primary_color", "#12345g"}}},
      {"x", {{"support_email", "nobody"}}},
      {"x", {{"display_name", std::string(501, 'x')}}},
  };
  for (const auto& [name, attributes] : kCases) {
    CAPTURE(name);
    CAPTURE(attributes.empty() ? "" : attributes.begin()->second);
    CHECK(code_of(town.run(town.brands().put(town.north.caller, "", name, attributes))) == code::kBadValue);
  }
}

TEST_CASE("a brand's members are those below its company, as far as none between has one of that name") {
  Town town;
  const auto& me = town.north.caller;
  REQUIRE(town.run(town.brands().put(me, "", "April", {})));
  town.bear_domain("north.test", "april");
  town.bear_domain("inner.test", "APRIL");
  town.bear_user("north.test", "April");
  SettingsEdit edit;
  edit.brand = "April";
  REQUIRE(town.run(town.control.api->defaults.change_company(me, "inner.adm", edit)));
  REQUIRE(town.run(town.control.api->defaults.change_workgroup(me, "north.test", "staff", edit)));
  CHECK(town.members(me, "", "April") == "inner.adm inner.test north.test joe@north.test north.test/staff ");
  CHECK(town.members(me, "", "April", {BrandMemberType::User, BrandMemberType::Company}) == "inner.adm joe@north.test ");
  const auto counts = town.run(town.brands().get(me, "", "April"))->counts;
  CHECK(counts.domains == 2);
  CHECK(counts.total() == 5);
  CHECK(code_of(town.run(town.brands().erase(me, "", "April"))) == code::kBrandNotEmpty);

  REQUIRE(town.run(town.brands().put(me, "inner.adm", "April", {})));
  CHECK(town.members(me, "", "April") == "north.test joe@north.test north.test/staff ");
  CHECK(town.members(me, "inner.adm", "April") == "inner.adm inner.test ");

  town.bear_domain("north.test", "");
  town.bear_user("north.test", "");
  edit.brand = "";
  REQUIRE(town.run(town.control.api->defaults.change_workgroup(me, "north.test", "staff", edit)));
  CHECK(outcome(town.run(town.brands().erase(me, "", "April"))) == "applied");
}

TEST_CASE("brands of other companies are told as those of none, and who only looks changes nothing") {
  Town town;
  const auto south = add_reseller(town.control, "south");
  REQUIRE(town.run(town.brands().put(south.caller, "", "Secret", {})));
  REQUIRE(town.run(town.brands().put(town.north.caller, "", "April", {})));
  const auto text_of = [](const auto& made) { return made.error().code + " " + made.error().text; };
  auto& brands = town.brands();
  for (const auto& caller : {town.north.caller, town.inner.caller}) {
    const auto same = [&](const auto& ask) { CHECK(text_of(ask("south.adm")) == text_of(ask("ghost.adm"))); };
    same([&](const char* company) { return town.run(brands.get(caller, company, "Secret")); });
    same([&](const char* company) { return town.run(brands.search(caller, company, "*", {})); });
    same([&](const char* company) { return town.run(brands.members(caller, company, "Secret", {}, {})); });
    same([&](const char* company) { return town.run(brands.put(caller, company, "Secret", {})); });
    same([&](const char* company) { return town.run(brands.erase(caller, company, "Secret")); });
  }
  CHECK(code_of(town.run(brands.get(town.inner.caller, "north.adm", "April"))) == code::kNoCompany);

  REQUIRE(town.run(town.control.api->companies.put_administrator(Caller::system(), "north.adm", "looker", "secret-looker")));
  REQUIRE(town.run(town.control.api->roles.set(town.north.caller, "looker", "north.adm", {{.role = "company_view", .object = "north.adm"}})));
  const auto looker = town.run(town.control.api->sign_in.verify("looker", "north.adm", "secret-looker", "test", "")).value();
  CHECK(town.run(brands.get(looker, "", "April")));
  CHECK(code_of(town.run(brands.put(looker, "", "April", {}))) == code::kNotAllowed);
  CHECK(code_of(town.run(brands.erase(looker, "", "April"))) == code::kNotAllowed);
}

TEST_CASE("a company has so many brands, and takes them along when it goes") {
  Town town;
  const auto leaf = add_reseller(town.control, "leaf", town.north.company.id);
  for (std::uint64_t at = 0; at < kBrandsMost; ++at) REQUIRE(town.run(town.brands().put(leaf.caller, "", "b" + std::to_string(at), {})));
  CHECK(code_of(town.run(town.brands().put(leaf.caller, "", "more", {}))) == code::kOverLimit);
  CHECK(town.run(town.brands().put(leaf.caller, "", "B7", {})));
  CHECK(outcome(town.run(town.control.api->companies.erase(town.north.caller, "leaf.adm"))) == "applied");
  CHECK(town.control.query("SELECT count(*) FROM brands")[0][0].number() == 0);
  CHECK(broken_integrity(town.control) == "");
}

}  // namespace
}  // namespace postroad::control
