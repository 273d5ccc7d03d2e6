#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "control/testing.h"

// A mailbox's aliases, set all at once: what control says of them is what the cluster has, whatever is cancelled or asked for again.
namespace postroad::control {
namespace {
using namespace testing;
using Words = std::vector<std::string>;

struct Aliases : Control {
  Aliases() {
    const auto me = reseller.caller;
    run(api->domains.create(me, {.name = "north.test", .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(me, "north.test", "staff")).value();
    for (const char* name : {"joe", "ann"}) run(api->users.create(me, new_mailbox("north.test", name))).value();
    settle();
  }
  ~Aliases() {
    settle();
    CHECK(there() == on_cluster());
    CHECK(broken_integrity(*this) == "");
  }

  Result<Receipt> set(const Words& aliases, const std::string& local = "joe") {
    UserSettings settings;
    settings.aliases = aliases;
    return run(api->users.change(reseller.caller, "north.test", local, kAnyUser, settings));
  }
  Result<Receipt> add(const std::string& alias) { return run(api->users.create_alias(reseller.caller, "north.test", alias, "joe")); }
  Result<Receipt> erase(const std::string& alias) { return run(api->users.erase(reseller.caller, "north.test", alias, {UserType::Alias})); }
  void cancel(const QueueFilter& filter) {
    run(api->queues.cancel(root, filter)).value();
    world.run_for(std::chrono::seconds(60));
  }
  std::set<std::string> there() {
    std::set<std::string> made;
    for (const auto& row : query("SELECT folded, alias_of FROM users WHERE type = 'alias'")) made.insert(row[0].text() + " " + row[1].text());
    return made;
  }
  std::set<std::string> on_cluster() {
    std::set<std::string> made;
    for (const auto& [place, account] : clusters.at("a").aliases) made.insert(place.second + " " + account);
    return made;
  }
  Words names() {
    Words made;
    for (const auto& row : query("SELECT folded FROM users WHERE type = 'alias' ORDER BY folded")) made.push_back(row[0].text());
    return made;
  }
  // Numbers `from` to before `to`.
  static Words many(const std::string& prefix, int from, int to) {
    Words made;
    for (int n = from; n < to; ++n) made.push_back(prefix + std::to_string(n));
    return made;
  }

  const Caller root = Caller::system();
  Reseller reseller = add_reseller(*this, "north");
};

TEST_CASE_FIXTURE(Aliases, "those that stay are not touched, and what is set already makes no change") {
  REQUIRE(set({"Joey", "j"}));
  settle();
  const auto before = query("SELECT id FROM users WHERE folded = 'joey'")[0][0].text();
  REQUIRE(set({"JOEY", "jo", "jo"}));
  CHECK(names() == Words{"jo", "joey"});
  CHECK(query("SELECT id FROM users WHERE folded = 'joey'")[0][0].text() == before);
  settle();
  CHECK(outcome(set({"jo", "joey"})) == "applied");
  CHECK(code_of(set({"jo"}, "ann")) == code::kUserExists);
  CHECK(code_of(set(many("a", 0, 2001))) == code::kOverLimit);
  CHECK(names() == Words{"jo", "joey"});
}

TEST_CASE_FIXTURE(Aliases, "a single alias that is cancelled under those that were set is nowhere") {
  REQUIRE(add("x"));
  REQUIRE(set({"x", "y"}));
  cancel({.kind = "alias.put"});
  CHECK(names() == Words{"y"});
  settle();
  CHECK(there() == on_cluster());
}

TEST_CASE_FIXTURE(Aliases, "an alias whose deletion is cancelled is there, whatever was set meanwhile") {
  REQUIRE(set({"x"}));
  settle();
  REQUIRE(erase("x"));
  REQUIRE(set({"y"}));
  cancel({.kind = "alias.delete"});
  CHECK(names() == Words{"x", "y"});
}

TEST_CASE_FIXTURE(Aliases, "what was cancelled is asked for again as it was meant, or not at all") {
  REQUIRE(set({"x"}));
  settle();
  const auto first = set({"x", "y"}).value().change;
  cancel({.kind = "aliases.alter"});
  CHECK(names() == Words{"x"});
  REQUIRE(add("z"));
  REQUIRE(erase("x"));
  REQUIRE(run(api->queues.retry(root, first)));
  CHECK(names() == Words{"y", "z"});
  const auto second = set({"a", "b"}).value().change;
  cancel({.kind = "aliases.alter"});
  REQUIRE(add("a"));
  CHECK(code_of(run(api->queues.retry(root, second))) == "conflict what the change is about has changed since; ask for it anew");
  // Nor for one who is gone.
  const auto third = set({"q"}, "ann").value().change;
  cancel({.kind = "aliases.alter"});
  REQUIRE(run(api->users.erase(reseller.caller, "north.test", "ann", kAnyUser)));
  settle();
  CHECK(code_of(run(api->queues.retry(root, third))) == "conflict what the change is about has changed since; ask for it anew");
}

TEST_CASE_FIXTURE(Aliases, "2000 are swapped for others, by hundreds; those that are lost come back") {
  REQUIRE(set(many("a", 0, 2000)));
  REQUIRE(set(many("b", 0, 2000)));
  settle();
  CHECK(clusters.at("a").aliases.size() == 2000);
  CHECK(names().front() == "b0");
  const auto kinds = query("SELECT count(*) FROM changes WHERE kind = 'aliases.alter'")[0][0].number();
  CHECK(kinds == 20 + 40);
  cancel({});
  REQUIRE(set({}));
  settle();
  REQUIRE(run(api->users.restore(reseller.caller, "north.test", "b7", {}, {})));
  CHECK(names() == Words{"b7"});
  REQUIRE(set(many("c", 0, 150)));
  REQUIRE(run(api->users.erase(reseller.caller, "north.test", "joe", kAnyUser)));
  settle();
  CHECK(names().empty());
  REQUIRE(run(api->users.restore(reseller.caller, "north.test", "joe", {}, {})));
  CHECK(names().size() == 150);
}

TEST_CASE_FIXTURE(Aliases, "a domain's limit stops more of them, and never fewer") {
  REQUIRE(set({"a", "b", "c"}));
  REQUIRE(run(api->domains.set_limits(reseller.caller, "north.test", {{UserType::Alias, 2}})));
  CHECK(set({"a", "b"}));
  CHECK(code_of(set({"a", "b", "d"})) == code::kOverLimit);
  CHECK(set({"a", "d"}));
  CHECK(names() == Words{"a", "d"});
}

TEST_CASE_FIXTURE(Aliases, "a user's history names them") {
  REQUIRE(set({"x"}));
  settle();
  REQUIRE(set({"y"}));
  settle();
  CHECK(query("SELECT count(*) FROM audit WHERE kind = 'aliases.alter' AND object LIKE 'user/a%'")[0][0].number() == 2);
}

}  // namespace
}  // namespace postroad::control
