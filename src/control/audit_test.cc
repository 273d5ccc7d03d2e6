#include <doctest/doctest.h>

#include <algorithm>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;

struct Setup : Control {
  Reseller north = add_reseller(*this, "north");
  Reseller child = add_reseller(*this, "child", north.company.id);
  Reseller south = add_reseller(*this, "south");

  explicit Setup(Options chosen = test_options()) : Control(1, std::move(chosen)) {
    run(api->domains.create(child.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(child.caller, "one.test", "staff")).value();
    run(api->users.create(child.caller, new_mailbox("one.test", "Joe"))).value();
    settle();
  }
  std::vector<AuditView> find(const Caller& caller, AuditSearch search = {}) { return run(api->audit.search(caller, std::move(search), {})).value().rows; }
};

bool tells(const AuditView& entry, const std::string& field, const std::string& from, const std::string& to) {
  return std::ranges::any_of(entry.shown, [&](const FieldChange& one) { return one.field == field && one.from == from && one.to == to; });
}

TEST_CASE("each change is told: who, when, from where, by which face, from what to what") {
  Setup at;
  auto me = at.child.caller;
  me.request = at.api->audit.new_request();
  UserSettings settings;
  settings.title = "Dr";
  settings.quota_bytes = 1UL << 30;
  const auto made = at.run(at.api->users.change(me, "one.test", "joe", kAnyUser, settings)).value();
  const auto found = at.find(at.child.caller, {.user = "joe@one.test"});
  REQUIRE(found.size() == 2);
  CHECK(found[0].actor == "admin@child.adm");
  CHECK(found[0].face == "test");
  CHECK(found[0].peer == "192.0.2.1");
  CHECK(found[0].kind == "account.put");
  CHECK(found[0].subject == "joe@one.test");
  CHECK(found[0].change == made.change);
  CHECK(at.loop->clock().now() - found[0].at < std::chrono::seconds(1));
  CHECK(tells(found[0], "title", "", "Dr"));
  CHECK(tells(found[0], "quota_bytes", std::to_string(5UL << 30), std::to_string(1UL << 30)));
  CHECK(found[0].fields.size() == 2);
  CHECK(found[0].text().contains("title \"\" -> \"Dr\""));
  const auto of = at.run(at.api->audit.of_request(at.child.caller, me.request)).value();
  REQUIRE(of.size() == 1);
  CHECK(of[0].number == found[0].number);
  CHECK(at.run(at.api->audit.of_request(at.south.caller, me.request))->empty());
}

TEST_CASE("what a field refers to has its name as it was, and its id where readers need not see it") {
  Setup at;
  const auto me = at.child.caller;
  at.run(at.api->users.create_alias(me, "one.test", "sales", "joe")).value();
  const auto alias = at.find(me, {.kind = "alias.put"});
  REQUIRE(alias.size() == 1);
  CHECK(tells(alias[0], "alias_of", "", "Joe@one.test"));
  CHECK(tells(alias[0], "local", "", "sales"));
  CHECK(alias[0].fields.size() == 2);
  const auto made = at.find(me, {.user = "joe@one.test", .kind = "account.put"});
  CHECK(tells(made[0], "domain", "", "one.test"));
  CHECK(tells(made[0], "workgroup", "", "staff"));
  at.run(at.api->users.rename(me, "one.test", "joe", kAnyUser, "Jim")).value();
  CHECK(tells(at.find(me, {.kind = "alias.put"})[0], "alias_of", "", "Joe@one.test"));
  at.run(at.api->users.erase(me, "one.test", "jim", kAnyUser)).value();
  CHECK(tells(at.find(me, {.kind = "account.delete"})[0], "alias_of", "jim@one.test", ""));
  // Its own name it may know; that of the company above it may not.
  const auto company = at.find(me, {.company = "child.adm", .kind = "company.put"});
  REQUIRE_FALSE(company.empty());
  CHECK(tells(company.back(), "parent", "", at.north.company.id));
  CHECK_FALSE(company.back().text().contains("north"));
  CHECK(tells(at.find(at.north.caller, {.company = "child.adm", .kind = "company.put"}).back(), "parent", "", "north.adm"));
  at.run(at.api->administrators.create(at.north.caller, {"north.adm", "jane", ""}, "secret-jane")).value();
  at.run(at.api->roles.set(at.north.caller, "jane", "north.adm", {{"domain", "one.test"}})).value();
  const auto role = at.find(at.north.caller, {.user = "jane@north.adm", .kind = "role.put"});
  CHECK(tells(role[0], "holder", "", "jane@north.adm"));
  CHECK(tells(role[0], "object", "", "one.test"));
  at.run(at.api->domains.erase(me, "one.test", true)).value();
  CHECK(tells(at.find(me, {.kind = "domain.delete"})[0], "domain", "one.test", ""));  // its workgroup's
}

TEST_CASE("a password is never told, in clear or as its hash") {
  Setup at;
  UserSettings settings;
  settings.password = "a very secret word";
  at.run(at.api->users.change(at.child.caller, "one.test", "joe", kAnyUser, settings)).value();
  at.run(at.api->administrators.create(at.child.caller, {"child.adm", "ann"}, "a very secret word")).value();
  at.run(at.api->users.erase(at.child.caller, "one.test", "joe", kAnyUser)).value();
  at.run(at.api->tokens.make(at.child.caller, {.text = "a very secret word of a token"})).value();
  at.settle();
  bool is_told = false;
  for (const auto& row : at.query("SELECT details FROM audit")) {
    const auto& text = row[0].text();
    for (const std::string word : {"secret word", "$argon2", "pass-Joe", "secret-", "{SEALED}", "{SHA256}"}) CHECK_FALSE(text.contains(word));
    is_told = is_told || text.contains("(secret)");
  }
  CHECK(is_told);
}

TEST_CASE("one reads what happened in one's subtree, and who acts from above has no name") {
  Setup at;
  at.run(at.api->domains.set_disabled(at.north.caller, "one.test", true)).value();
  CHECK(at.find(at.south.caller, {.actor = "admin@north.adm"}).empty());
  for (const auto& entry : at.find(at.south.caller)) CHECK(entry.subject.contains("south.adm"));
  CHECK(code_of(at.run(at.api->audit.search(at.south.caller, {.user = "joe@one.test"}, {}))) == code::kNoDomain);
  CHECK(code_of(at.run(at.api->audit.search(at.south.caller, {.domain = "one.test"}, {}))) == code::kNoDomain);
  CHECK(code_of(at.run(at.api->audit.search(at.south.caller, {.company = "child.adm"}, {}))) == code::kNoCompany);
  const auto above = at.find(at.north.caller, {.domain = "one.test", .kind = "domain.disabled"});
  REQUIRE(above.size() == 1);
  CHECK(above[0].actor == "admin@north.adm");
  const auto below = at.find(at.child.caller, {.domain = "one.test", .kind = "domain.disabled"});
  REQUIRE(below.size() == 1);
  CHECK(below[0].actor == "operator");
  CHECK(below[0].peer.empty());
  // Nor is it found by the name.
  CHECK(at.find(at.child.caller, {.actor = "admin@north.adm"}).empty());
}

TEST_CASE("a search goes in pages, newest first, by object, actor, kind and time") {
  Setup at;
  at.run(at.api->users.rename(at.child.caller, "one.test", "joe", kAnyUser, "jim")).value();
  at.settle();
  at.world.run_for(std::chrono::hours(1));
  const auto then = at.loop->clock().now();
  UserSettings title;
  for (int n = 0; n < 5; ++n) {
    title.title = "t" + std::to_string(n);
    at.run(at.api->users.change(at.child.caller, "one.test", "jim", kAnyUser, title)).value();
  }
  // By the object, whatever it was called.
  CHECK(at.find(at.child.caller, {.user = "jim@one.test"}).size() == 7);
  CHECK(at.find(at.child.caller, {.user = "jim@one.test", .from = then}).size() == 5);
  CHECK(at.find(at.child.caller, {.user = "jim@one.test", .until = then}).size() == 2);
  CHECK(at.find(at.child.caller, {.actor = "Admin@child.adm", .kind = "user.settings"}).size() == 5);
  std::vector<std::int64_t> numbers;
  for (std::string place;;) {
    const auto page = at.run(at.api->audit.search(at.child.caller, {.domain = "one.test"}, {.place = place, .most = 2})).value();
    for (const auto& row : page.rows) numbers.push_back(row.number);
    if (place = page.next; place.empty()) break;
  }
  CHECK(numbers.size() == 9);
  CHECK(std::ranges::is_sorted(numbers, std::greater<>()));
}

TEST_CASE("what is taken back is told, and what it said before stays") {
  Setup at;
  at.clusters.at("a").refuses = [](const feed::Change&) { return "no room"; };
  UserSettings quota;
  quota.quota_bytes = 7;
  at.run(at.api->users.change(at.child.caller, "one.test", "joe", kAnyUser, quota)).value();
  at.settle();
  const auto found = at.find(at.child.caller, {.user = "joe@one.test"});
  REQUIRE(found.size() == 3);
  CHECK(found[0].kind == "account.put.refused");
  CHECK(tells(found[0], "reason", "", "no room"));
  CHECK(tells(found[0], "quota_bytes", "7", std::to_string(5UL << 30)));
  CHECK(tells(found[1], "quota_bytes", std::to_string(5UL << 30), "7"));
}

TEST_CASE("a request that is refused leaves no entry; after a crash there is an entry for each change") {
  Setup at;
  const auto count = [&] { return at.query("SELECT count(*) FROM audit")[0][0].number(); };
  const auto before = count();
  CHECK_FALSE(at.run(at.api->users.create(at.child.caller, new_mailbox("one.test", "joe"))));
  CHECK(count() == before);
  for (int n = 0; n < 20; ++n) {
    at.disk.fail_after(static_cast<std::uint64_t>(n));
    static_cast<void>(at.run(at.api->users.create(at.child.caller, new_mailbox("one.test", "u" + std::to_string(n)))));
    at.crash();
    CHECK(at.query("SELECT count(*) FROM changes WHERE id NOT IN (SELECT change FROM audit)")[0][0].number() == 0);
    CHECK(at.query("SELECT count(*) FROM audit WHERE change <> '' AND change NOT IN (SELECT id FROM changes)")[0][0].number() == 0);
  }
}

TEST_CASE("entries are kept for as long as it is said, and then go") {
  auto options = test_options();
  options.audit_for = std::chrono::hours(24);
  Setup at(options);
  const auto first = at.query("SELECT count(*) FROM audit")[0][0].number();
  at.world.run_for(std::chrono::hours(25));
  for (int n = 0; n < 1100; ++n) at.run(at.api->domains.change(at.child.caller, "one.test", {})).value();
  CHECK(at.query("SELECT count(*) FROM audit WHERE at < $1", {at.loop->clock().now().time_since_epoch().count() - std::int64_t{24} * 3600 * 1'000'000})[0][0].number() == 0);
  CHECK(first > 0);
}

}  // namespace
}  // namespace postroad::control
