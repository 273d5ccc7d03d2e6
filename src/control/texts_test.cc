#include <doctest/doctest.h>

#include "control/testing.h"

// Bulletins, filters and contacts: texts that control keeps for others.
namespace postroad::control {
namespace {
using namespace testing;

struct Town {
  Town() {
    control.connect();
    north = add_reseller(control, "north");
    south = add_reseller(control, "south");
    for (const auto& [owner, name] : {std::pair(&north, "north.test"), std::pair(&south, "south.test")}) {
      REQUIRE(run(control.api->domains.create(owner->caller, {.name = name, .company = {}, .cluster = "a", .settings = {}})));
      REQUIRE(run(control.api->workgroups.create(owner->caller, name, "staff")));
      REQUIRE(run(control.api->users.create(owner->caller, new_mailbox(name, "joe"))));
    }
  }
  ~Town() { control.stop(); }
  template <class T>
  T run(io::Task<T> task) {
    return control.run(std::move(task));
  }
  Caller with_role(const std::string& name, const std::string& role, const std::string& object) {
    REQUIRE(run(control.api->companies.put_administrator(Caller::system(), "north.adm", name, "secret-" + name)));
    REQUIRE(run(control.api->roles.set(north.caller, name, "north.adm", {{.role = role, .object = object}})));
    return run(control.api->sign_in.verify(name, "north.adm", "secret-" + name, "test", "")).value();
  }
  Control control;
  Reseller north;
  Reseller south;
};

constexpr const char* kText = "Subject: Hello\n\nDear {'name'},\nwelcome.\n";

TEST_CASE("a bulletin is made, changed, posted and deleted, of a company and of a domain") {
  Town town;
  auto& bulletins = town.control.api->bulletins;
  for (const auto& owner : {BulletinOwner{}, BulletinOwner{.company = {}, .domain = "NORTH.test"}}) {
    const auto& me = town.north.caller;
    CHECK(outcome(town.run(bulletins.put(me, owner, BulletinType::Auto, "Welcome", kText))) == "applied");
    CHECK(outcome(town.run(bulletins.put(me, owner, BulletinType::Manual, "Welcome", kText))) == "applied");
    CHECK(town.run(bulletins.get(me, owner, BulletinType::Auto, "Welcome"))->text == kText);
    CHECK(code_of(town.run(bulletins.get(me, owner, BulletinType::Auto, "Fridge"))) == code::kNoBulletin);
    CHECK(town.run(bulletins.post(me, owner, BulletinType::Manual, "Welcome")));
    const auto all = town.run(bulletins.list(me, owner)).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].text.empty());
    CHECK_FALSE(all[0].posted_at.has_value());
    CHECK(all[1].posted_at.has_value());
    CHECK(town.run(bulletins.put(me, owner, BulletinType::Auto, "Welcome", std::nullopt)));
    CHECK(code_of(town.run(bulletins.put(me, owner, BulletinType::Auto, "Welcome", std::nullopt))) == code::kNoBulletin);
    CHECK(code_of(town.run(bulletins.post(me, owner, BulletinType::Auto, "Welcome"))) == code::kNoBulletin);
    CHECK(town.run(bulletins.list(me, owner))->size() == 1);
    for (const std::string& bad : {std::string("no header\n"), std::string(), std::string("Subject: a\xff"), std::string("Subject: ") + '\0', "Subject: " + std::string(kBulletinBytes, 'x')})
      CHECK(code_of(town.run(bulletins.put(me, owner, BulletinType::Auto, "x", bad))) == code::kBadValue);
    CHECK(code_of(town.run(bulletins.put(me, owner, BulletinType::Auto, "a\nb", kText))) == code::kBadValue);
    CHECK(code_of(town.run(bulletins.put(me, owner, BulletinType::Auto, "", kText))) == code::kBadValue);
  }
  CHECK(broken_integrity(town.control) == "");
}

TEST_CASE("bulletins of others are told as those of nobody; a domain's administrator has the domain's") {
  Town town;
  auto& bulletins = town.control.api->bulletins;
  REQUIRE(town.run(bulletins.put(town.south.caller, {.company = {}, .domain = "south.test"}, BulletinType::Auto, "x", kText)));
  REQUIRE(town.run(bulletins.put(town.south.caller, {}, BulletinType::Auto, "x", kText)));
  const auto text_of = [](const auto& made) { return made.error().code + " " + made.error().text; };
  for (const auto& [there, absent] : {std::pair(BulletinOwner{"south.adm", {}}, BulletinOwner{"ghost.adm", {}}), std::pair(BulletinOwner{{}, "south.test"}, BulletinOwner{{}, "ghost.test"})}) {
    const auto same = [&](const auto& ask) {
      auto told = text_of(ask(there));
      if (const auto at = told.find("south"); at != told.npos) told.replace(at, 5, "ghost");
      CHECK(told == text_of(ask(absent)));
    };
    same([&](const BulletinOwner& owner) { return town.run(bulletins.get(town.north.caller, owner, BulletinType::Auto, "x")); });
    same([&](const BulletinOwner& owner) { return town.run(bulletins.list(town.north.caller, owner)); });
    same([&](const BulletinOwner& owner) { return town.run(bulletins.put(town.north.caller, owner, BulletinType::Auto, "x", kText)); });
    same([&](const BulletinOwner& owner) { return town.run(bulletins.post(town.north.caller, owner, BulletinType::Auto, "x")); });
  }
  const auto of_domain = town.with_role("dora", "domain", "north.test");
  CHECK(town.run(bulletins.put(of_domain, {.company = {}, .domain = "north.test"}, BulletinType::Auto, "x", kText)));
  CHECK_FALSE(town.run(bulletins.list(of_domain, {})).has_value());
  const auto of_mail = town.with_role("mary", "mail", "north.test");
  CHECK(code_of(town.run(bulletins.put(of_mail, {.company = {}, .domain = "north.test"}, BulletinType::Auto, "x", kText))) == code::kNotAllowed);
}

TEST_CASE("a deleted domain's bulletins and a deleted user's filters come back with them, or go when their time is over") {
  Town town;
  auto& api = *town.control.api;
  const auto& me = town.north.caller;
  const BulletinOwner owner{.company = {}, .domain = "north.test"};
  REQUIRE(town.run(api.bulletins.put(me, owner, BulletinType::Auto, "x", kText)));
  REQUIRE(town.run(api.sieve_scripts.change(me, "north.test", "joe", {.name = "main", .script = "keep;", .active = "main"})));
  REQUIRE(town.run(api.domains.erase(me, "north.test", true)));
  CHECK(broken_integrity(town.control) == "");
  REQUIRE(town.run(api.domains.restore(me, "north.test", "")));
  CHECK(town.run(api.bulletins.list(me, owner))->size() == 1);
  CHECK(town.run(api.sieve_scripts.list(me, "north.test", "joe"))->at(0).is_active);
  REQUIRE(town.run(api.domains.erase(me, "north.test", true)));
  town.control.world.run_for(std::chrono::hours(24 * 31));
  REQUIRE(town.run(api.users.erase(town.south.caller, "south.test", "joe", kAnyUser)));  // what is overdue is forgotten by the way
  CHECK(town.control.query("SELECT count(*) FROM bulletins")[0][0].number() == 0);
  CHECK(town.control.query("SELECT count(*) FROM sieve_scripts")[0][0].number() == 0);
  CHECK(broken_integrity(town.control) == "");
}

TEST_CASE("a user's filters: one is active, and their number and size are bounded") {
  Town town;
  auto& scripts = town.control.api->sieve_scripts;
  const auto& me = town.north.caller;
  const auto change = [&](SieveScripts::Edit edit) { return code_of(town.run(scripts.change(me, "north.test", "joe", std::move(edit)))); };
  const auto shown = [&] {
    std::string made;
    for (const auto& script : town.run(scripts.list(me, "north.test", "JOE")).value()) made += script.name + (script.is_active ? "*" : "") + " ";
    return made;
  };
  CHECK(change({.name = "main", .script = "keep;\r\n", .active = "main"}) == "ok");
  CHECK(change({.name = "other", .script = "discard;"}) == "ok");
  CHECK(shown() == "main* other ");
  CHECK(change({.name = "other", .active = "other"}) == "ok");
  CHECK(shown() == "main other* ");
  CHECK(change({.name = "other", .active = "third"}) == code::kNoScript);
  CHECK(change({.name = "third"}) == code::kNoScript);
  CHECK(change({.name = "third", .is_erased = true}) == code::kNoScript);
  CHECK(change({.name = "other", .is_erased = true}) == "ok");
  CHECK(change({.name = "main", .active = ""}) == "ok");
  CHECK(shown() == "main ");
  for (const char* name : {"", "a/b", "a\nb", "\xc3\xbc"}) CHECK(change({.name = name, .script = "keep;"}) == code::kBadValue);
  CHECK(change({.name = "x", .script = std::string(kSieveBytes + 1, '#')}) == code::kBadValue);
  CHECK(change({.name = "x", .script = "\xff"}) == code::kBadValue);
  for (std::uint64_t at = 1; at < kSieveScriptsMost; ++at) CHECK(change({.name = "s" + std::to_string(at), .script = "keep;"}) == "ok");
  CHECK(change({.name = "more", .script = "keep;"}) == code::kOverLimit);
  CHECK(change({.name = "s1", .script = "stop;"}) == "ok");

  CHECK(code_of(town.run(scripts.list(me, "south.test", "joe"))) == code::kNoDomain);
  CHECK(code_of(town.run(scripts.list(town.with_role("vera", "company_view", "north.adm"), "north.test", "joe"))) == code::kNotAllowed);
  CHECK(broken_integrity(town.control) == "");
}

TEST_CASE("a company's contacts, and who gets its statistics") {
  Town town;
  auto& contacts = town.control.api->company_contacts;
  const auto& me = town.north.caller;
  const std::vector<Contact> people{{"abuse", "Ann", "ann@far.example", "", "ask her\nfirst"}, {"emergency", "", "", "+1 555 0100", ""}};
  CHECK(town.run(contacts.change(me, "", people, std::nullopt)));
  CHECK(town.run(contacts.change(me, "north.adm", std::nullopt, std::vector<std::string>{"stats@far.example"})));
  const auto got = town.run(contacts.get(me, "")).value();
  REQUIRE(got.contacts.size() == 2);
  CHECK(got.contacts[0].notes == "ask her\nfirst");
  CHECK(got.stats_mailout == std::vector<std::string>{"stats@far.example"});
  for (const Contact& bad : {Contact{"moon", "", "a@b.example", "", ""}, Contact{"abuse", "Ann", "", "", ""}, Contact{"abuse", "", "nobody", "", ""}, Contact{"abuse", "a\nb", "a@b.example", "", ""}})
    CHECK(code_of(town.run(contacts.change(me, "", std::vector<Contact>{bad}, std::nullopt))) == code::kBadValue);
  CHECK(code_of(town.run(contacts.change(me, "", std::nullopt, std::vector<std::string>{"x"}))) == code::kBadValue);
  CHECK(code_of(town.run(contacts.get(me, "south.adm"))) == code::kNoCompany);
  CHECK(code_of(town.run(contacts.change(me, "south.adm", people, std::nullopt))) == code::kNoCompany);
  CHECK(town.run(contacts.change(me, "", std::vector<Contact>(), std::vector<std::string>())));
  CHECK(town.run(contacts.get(me, ""))->contacts.empty());
}

TEST_CASE("texts survive a crash") {
  Town town;
  REQUIRE(town.run(town.control.api->bulletins.put(town.north.caller, {}, BulletinType::Auto, "x", kText)));
  REQUIRE(town.run(town.control.api->brands.put(town.north.caller, "", "April", {{"footer", "bye"}})));
  town.control.crash();
  CHECK(town.run(town.control.api->bulletins.get(town.north.caller, {}, BulletinType::Auto, "x"))->text == kText);
  CHECK(town.run(town.control.api->brands.get(town.north.caller, "", "April"))->attributes.at("footer") == "bye");
}

}  // namespace
}  // namespace postroad::control
