#include "directory/draft.h"

#include <doctest/doctest.h>

#include <string>

#include "directory/testing.h"

namespace postroad::directory {
namespace {

using namespace testing;

// Two domains, ann with an alias, bob.
struct Town {
  Draft draft;
  Town() {
    REQUIRE(draft.put_domain(domain("a.example")).has_value());
    REQUIRE(draft.put_domain(domain("b.example")).has_value());
    REQUIRE(draft.put_account(account("ann@a.example")).has_value());
    REQUIRE(draft.put_account(account("bob@a.example")).has_value());
    REQUIRE(draft.put_alias(alias("anna@a.example", "ann@a.example")).has_value());
  }
  std::string owner(std::string_view address) const {
    const auto found = draft.now().account_of(address);
    return found == nullptr ? "nobody" : found->local;
  }
};

std::string words(const Result<>& result) { return result ? "ok" : result.error().text; }

Domain alias_domain(std::string_view name, std::string_view of) {
  auto made = domain(name);
  made.alias_of = id('d', of);
  return made;
}

TEST_CASE("what cannot apply is refused with a reason") {
  Town town;
  auto& draft = town.draft;
  auto other = domain("a.example");
  other.id = id('d', "other");
  CHECK(words(draft.put_domain(other)) == "the domain name a.example is taken");
  other.name = "A.example";
  CHECK(words(draft.put_domain(other)) == "'A.example' is no domain name in lower case");
  other.id = "d1";
  CHECK(words(draft.put_domain(other)) == "the domain's id is none");
  CHECK(words(draft.delete_domain(id('d', "a.example"))) == "the domain a.example still has addresses");

  auto twin = account("Ann@a.example");
  CHECK(words(draft.put_account(twin)) == "the address ann@a.example is taken");
  twin.local = "anna";
  CHECK(words(draft.put_account(twin)) == "the address anna@a.example is taken");
  twin.local = "a b";
  CHECK(words(draft.put_account(twin)) == "'a b' is no local part of an address");
  CHECK(words(draft.put_account(account("x@nowhere.example"))) == "there is no such domain");
  auto group = account("g@a.example");
  group.targets = {"x@y.example", "nonsense"};
  CHECK(words(draft.put_account(group)) == "'nonsense' is no address");
  group.id = id('d', "g");
  CHECK(words(draft.put_account(group)) == "the account's id is none");

  CHECK(words(draft.put_alias(alias("bob@a.example", "ann@a.example"))) == "the address bob@a.example is taken");
  CHECK(words(draft.put_alias(alias("x@a.example", "nobody@a.example"))) == "there is no such account");
  CHECK(words(draft.put_alias(alias("x@c.example", "ann@a.example"))) == "there is no such domain");
  CHECK(words(draft.set_services({id('a', "x"), {}})) == "there is no such account");
  CHECK(words(draft.set_domain_disabled(id('d', "x"), true)) == "there is no such domain");
  CHECK(words(draft.apply(feed::SetPassword{id('a', "x"), ""})) == "there is no such account");
  CHECK(words(draft.apply(feed::UnknownChange{"moon.put", "no moon here"})) == "no moon here");
  CHECK(town.owner("ann@a.example") == "ann");
  CHECK(draft.now().accounts() == 2);
  CHECK(draft.now().domains() == 2);
}

TEST_CASE("deleting what does not exist is fine") {
  Draft draft;
  CHECK(words(draft.delete_domain(id('d', "x"))) == "ok");
  CHECK(words(draft.delete_account(id('a', "x"))) == "ok");
  CHECK(words(draft.delete_alias(id('d', "x"), "x")) == "ok");
}

TEST_CASE("an account that is renamed leaves its old address and keeps its aliases") {
  Town town;
  auto ann = account("ann@a.example");
  ann.local = "Anna.Lee";
  CHECK(words(town.draft.put_account(ann)) == "ok");
  CHECK(town.owner("ann@a.example") == "nobody");
  CHECK(town.owner("anna.lee@a.example") == "Anna.Lee");
  CHECK(town.owner("anna@a.example") == "Anna.Lee");
  ann.domain = id('d', "b.example");
  CHECK(words(town.draft.put_account(ann)) == "ok");
  CHECK(town.owner("anna.lee@a.example") == "nobody");
  CHECK(town.owner("anna.lee@b.example") == "Anna.Lee");
}

TEST_CASE("a change of case alone keeps the address") {
  Town town;
  auto ann = account("ann@a.example");
  ann.local = "ANN";
  CHECK(words(town.draft.put_account(ann)) == "ok");
  CHECK(town.owner("ann@a.example") == "ANN");
}

TEST_CASE("an account keeps its credentials' version when it is put again") {
  Town town;
  const auto ann = account("ann@a.example");
  CHECK(words(town.draft.set_credentials_version(ann.id, 3)) == "ok");
  CHECK(words(town.draft.put_account(ann)) == "ok");
  CHECK(town.draft.now().account(ann.id)->credentials_version == 3);
}

TEST_CASE("a deleted account takes its aliases along, and its addresses are free") {
  Town town;
  CHECK(words(town.draft.put_alias(alias("ann@b.example", "ann@a.example"))) == "ok");
  CHECK(words(town.draft.delete_account(id('a', "ann@a.example"))) == "ok");
  for (const auto* address : {"ann@a.example", "anna@a.example", "ann@b.example"}) {
    CAPTURE(address);
    CHECK(town.owner(address) == "nobody");
  }
  CHECK(words(town.draft.delete_domain(id('d', "b.example"))) == "ok");
  CHECK(words(town.draft.put_alias(alias("ann@a.example", "bob@a.example"))) == "ok");
}

TEST_CASE("an alias moves to the account that it is put to") {
  Town town;
  CHECK(words(town.draft.put_alias(alias("Anna@a.example", "bob@a.example"))) == "ok");
  CHECK(town.owner("anna@a.example") == "bob");
  CHECK(words(town.draft.delete_account(id('a', "ann@a.example"))) == "ok");
  CHECK(town.owner("anna@a.example") == "bob");
  CHECK(words(town.draft.delete_alias(id('d', "a.example"), "ANNA")) == "ok");
  CHECK(town.owner("anna@a.example") == "nobody");
}

TEST_CASE("deleting an alias never deletes an account's own address") {
  Town town;
  CHECK(words(town.draft.delete_alias(id('d', "a.example"), "ann")) == "ok");
  CHECK(town.owner("ann@a.example") == "ann");
}

TEST_CASE("an account has 2000 aliases at most") {
  Town town;
  for (int n = 1; n < 2000; ++n)
    REQUIRE(town.draft.put_alias(alias("x" + std::to_string(n) + "@a.example", "ann@a.example")).has_value());
  CHECK(words(town.draft.put_alias(alias("y@a.example", "ann@a.example"))) ==
        "the account has 2000 aliases, which is the most");
  CHECK(words(town.draft.put_alias(alias("x1@a.example", "ann@a.example"))) == "ok");
  CHECK(town.owner("y@a.example") == "nobody");
}

TEST_CASE("aliases are lost and got at once, or none is") {
  Town town;
  const auto alter = [&](std::vector<std::string> removed, std::vector<std::string> added) {
    return words(town.draft.alter_aliases({id('a', "ann@a.example"), id('d', "a.example"), std::move(removed), std::move(added)}));
  };
  CHECK(alter({"anna", "never"}, {"Annie", "a.n"}) == "ok");
  CHECK(town.owner("anna@a.example") == "nobody");
  CHECK(town.owner("ANNIE@a.example") == "ann");
  CHECK(alter({"annie"}, {"x", "bob"}) == "the address bob@a.example is taken");
  CHECK(town.owner("x@a.example") == "nobody");
  CHECK(town.owner("annie@a.example") == "ann");
  CHECK(alter({}, {"ann"}) == "the address ann@a.example is taken");
  CHECK(alter({"annie", "a.n"}, {"ANNIE"}) == "ok");  // one that is lost and got stays
  CHECK(town.owner("annie@a.example") == "ann");
  CHECK(town.owner("a.n@a.example") == "nobody");
  REQUIRE(town.draft.put_alias(alias("bobby@a.example", "bob@a.example")).has_value());
  CHECK(alter({"bobby"}, {}) == "ok");  // another's
  CHECK(town.owner("bobby@a.example") == "bob");
  std::vector<std::string> many;
  for (int n = 0; n < 1999; ++n) many.push_back("m" + std::to_string(n));
  CHECK(alter({}, many) == "ok");
  CHECK(alter({}, {"one.more"}) == "the account has 2000 aliases, which is the most");
  CHECK(alter({"m7"}, {"one.more"}) == "ok");
  CHECK(town.owner("m7@a.example") == "nobody");
  CHECK(words(town.draft.alter_aliases({id('a', "x"), id('d', "a.example"), {}, {}})) == "there is no such account");
}

TEST_CASE("domain aliases are one deep and keep their domain in being") {
  Town town;
  auto& draft = town.draft;
  CHECK(words(draft.put_domain(alias_domain("c.example", "a.example"))) == "ok");
  CHECK(town.owner("ann@c.example") == "ann");
  CHECK(words(draft.put_domain(alias_domain("d.example", "c.example"))) == "an alias is of a domain that is none itself");
  CHECK(words(draft.put_domain(alias_domain("d.example", "d.example"))) ==
        "there is no domain for d.example to be an alias of");
  CHECK(words(draft.put_domain(alias_domain("a.example", "b.example"))) ==
        "a domain with addresses of its own becomes no alias");
  CHECK(words(draft.put_account(account("x@c.example"))) ==
        "c.example is an alias of another domain and has no addresses of its own");

  CHECK(words(draft.put_domain(alias_domain("c.example", "b.example"))) == "ok");
  CHECK(words(draft.put_domain(alias_domain("b.example", "a.example"))) ==
        "a domain that has aliases becomes none itself");
  CHECK(words(draft.delete_domain(id('d', "b.example"))) == "the domain b.example still has domain aliases");
  CHECK(words(draft.delete_domain(id('d', "c.example"))) == "ok");
  CHECK(words(draft.delete_domain(id('d', "b.example"))) == "ok");
}

TEST_CASE("a domain that is renamed takes its accounts along") {
  Town town;
  auto renamed = domain("a.example");
  renamed.name = "z.example";
  CHECK(words(town.draft.put_domain(renamed)) == "ok");
  CHECK(town.owner("ann@a.example") == "nobody");
  CHECK(town.owner("ann@z.example") == "ann");
  auto successor = domain("a.example");
  successor.id = id('d', "successor");
  CHECK(words(town.draft.put_domain(successor)) == "ok");
  CHECK(town.owner("ann@a.example") == "nobody");
}

TEST_CASE("services named get the state and the others keep theirs") {
  Town town;
  const auto ann = id('a', "ann@a.example");
  CHECK(words(town.draft.set_services({ann, {{Service::Imap, ServiceState::Suspended}}})) == "ok");
  CHECK(words(town.draft.set_services({ann, {{Service::Pop, ServiceState::Disabled}}})) == "ok");
  const auto& services = town.draft.now().account(ann)->services;
  CHECK(services.of(Service::Imap) == ServiceState::Suspended);
  CHECK(services.of(Service::Pop) == ServiceState::Disabled);
  CHECK(services.has(Service::SmtpIn));
}

TEST_CASE("an older snapshot does not see what a draft of it does") {
  Town town;
  const auto before = std::move(town.draft).finish();
  Draft draft(*before);
  CHECK(words(draft.delete_account(id('a', "ann@a.example"))) == "ok");
  CHECK(words(draft.put_account(account("eve@a.example"))) == "ok");
  const auto after = std::move(draft).finish();
  CHECK(before->account_of("ann@a.example") != nullptr);
  CHECK(before->account_of("anna@a.example") != nullptr);
  CHECK(before->account_of("eve@a.example") == nullptr);
  CHECK(after->account_of("ann@a.example") == nullptr);
  CHECK(after->account_of("eve@a.example") != nullptr);
}

}  // namespace
}  // namespace postroad::directory
