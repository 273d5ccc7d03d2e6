#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <set>

#include "control/rows.h"
#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;
using Words = std::vector<std::string>;

struct Fixture {
  Fixture() {
    control.connect();
    north = add_reseller(control, "north");
    for (const auto* domain : {"one.test", "two.test"}) {
      REQUIRE(control.run(api().domains.create(me(), {.name = domain, .company = {}, .cluster = "a", .settings = {}})));
      REQUIRE(control.run(api().workgroups.create(me(), domain, "staff")));
    }
    REQUIRE(control.run(api().workgroups.create(me(), "one.test", "Guests")));
    for (const auto* local : {"joe", "Ann", "zoe", "bob_x"}) REQUIRE(control.run(api().users.create(me(), new_mailbox("one.test", local))));
    REQUIRE(control.run(api().users.create(me(), new_mailbox("two.test", "joe"))));
    REQUIRE(control.run(api().users.create_alias(me(), "one.test", "sales", "zoe")));
    NewUser list{.domain = "one.test", .local = "team", .type = UserType::Group, .settings = {}};
    list.settings.workgroup = "guests";
    list.settings.targets = Words{"x@y.test", "z@y.test"};
    REQUIRE(control.run(api().users.create(me(), list)));
  }
  Api& api() { return *control.api; }
  const Caller& me() { return north.caller; }
  Result<UsersFound> search(UserSearch search) { return control.run(api().users.search(me(), std::move(search))); }
  Words locals(UserSearch wanted) {
    const auto found = search(std::move(wanted));
    Words made;
    if (!found) return {found.error().code};
    for (const auto& one : found->found.rows) made.push_back(one.local);
    return made;
  }
  // As the cluster reports of an hour, `ago` before this one: a sign-in, or none, and what is held then.
  void report(const std::string& local, statistics::Hour ago, bool signs_in, std::uint64_t held, const std::string& id = {}) {
    const auto user = id.empty() ? control.run(api().users.get(me(), "one.test", local, kAnyUser)).value().user.id : id;
    statistics::HourReport made{.account = user, .hour = hour() - ago, .domain = {}, .counts = {}, .start = {}, .now = {held, 1}};
    made.counts.of(Counter::SignInsImap) = signs_in ? 1 : 0;
    REQUIRE(control.run(api().source().report("a", {{statistics::report_key(user, made.hour), ++version, statistics::report_value(made)}})));
  }
  statistics::Hour hour() { return statistics::hour_of(control.loop->clock().now()); }
  Control control;
  Reseller north;
  std::uint64_t version = 0;
};

TEST_CASE("users of a domain in each order, both ways, by pages") {
  Fixture f;
  CHECK(f.locals({.domain = "one.test"}) == Words{"Ann", "bob_x", "joe", "sales", "team", "zoe"});
  CHECK(f.locals({.domain = "one.test", .is_descending = true, .range = {1, 2}}) == Words{"team", "sales"});
  CHECK(f.locals({.domain = "one.test", .range = {4, 10}}) == Words{"team", "zoe"});
  CHECK(f.locals({.domain = "one.test", .range = {6, 10}}).empty());
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::CreateTime}) == Words{"joe", "Ann", "zoe", "bob_x", "sales", "team"});
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::CreateTime, .is_descending = true, .range = {3, 2}}) == Words{"zoe", "Ann"});
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::Type, .range = {1, 2}}) == Words{"team", "Ann"});
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::Workgroup}) == Words{"team", "Ann", "bob_x", "joe", "sales", "zoe"});
  CHECK(f.locals({.domain = "one.test", .workgroup = "GUESTS"}) == Words{"team"});
  CHECK(f.locals({.domain = "one.test", .types = {UserType::Mailbox}, .range = {1, 2}}) == Words{"bob_x", "joe"});
  const auto page = f.search({.domain = "one.test", .range = {0, 1}}).value();
  CHECK(page.found.total == 6);
  CHECK(page.is_total_exact);
}

TEST_CASE("what is found says whose it is") {
  Fixture f;
  const auto page = f.search({.domain = "one.test"}).value().found.rows;
  CHECK(page[3].alias_target == "zoe");
  CHECK(page[3].workgroup == "staff");
  CHECK(page[4].targets == 2);
  CHECK(page[4].target == "x@y.test");
  CHECK(page[4].workgroup == "Guests");
  CHECK(page[0].domain == "one.test");
}

TEST_CASE("patterns match literally but for * and ?") {
  Fixture f;
  CHECK(f.locals({.domain = "one.test", .match = "*oe"}) == Words{"joe", "zoe"});
  CHECK(f.locals({.domain = "one.test", .match = "?OE", .is_descending = true}) == Words{"zoe", "joe"});
  CHECK(f.locals({.domain = "one.test", .match = "s*"}) == Words{"sales"});
  CHECK(f.locals({.domain = "one.test", .match = "ann"}) == Words{"Ann"});
  CHECK(f.locals({.domain = "one.test", .match = "*_*"}) == Words{"bob_x"});
  CHECK(f.locals({.domain = "one.test", .match = "%"}).empty());
  CHECK(f.locals({.domain = "one.test", .match = "\\"}).empty());
  CHECK(f.locals({.domain = "one.test", .match = "*e*", .order = UserOrder::Type}) == Words{"sales", "team", "joe", "zoe"});
  CHECK(f.locals({.domain = "one.test", .match = "*oe", .range = {1, 5}}) == Words{"zoe"});
  CHECK(f.locals({.domain = "one.test", .match = std::string(201, '*')}) == Words{std::string(code::kBadValue)});
}

TEST_CASE("the suspended, the deleted, and all domains together") {
  Fixture f;
  REQUIRE(f.control.run(f.api().users.set_services(f.me(), "one.test", "joe", kAnyUser, {{Service::Pop, ServiceState::Suspended}})));
  CHECK(f.locals({.domain = "one.test", .statuses = {UserStatus::Suspended}}) == Words{"joe"});
  CHECK(f.search({.domain = "one.test", .statuses = {UserStatus::Suspended}})->found.rows[0].status == UserStatus::Suspended);
  REQUIRE(f.control.run(f.api().users.erase(f.me(), "one.test", "Ann", kAnyUser)));
  CHECK(f.locals({.domain = "one.test", .statuses = {UserStatus::Deleted}}) == Words{"Ann"});
  CHECK(f.locals({}) == Words{"bob_x", "joe", "sales", "team", "zoe", "joe"});
  CHECK(f.locals({.is_descending = true, .range = {0, 2}}) == Words{"joe", "zoe"});
  CHECK(f.locals({.types = {UserType::Mailbox}, .range = {2, 2}}) == Words{"zoe", "joe"});
  CHECK(f.search({})->found.total == 6);
  CHECK(f.locals({.match = "*oe"}) == Words{std::string(code::kBadValue)});
  CHECK(f.locals({.order = UserOrder::CreateTime}) == Words{std::string(code::kBadValue)});
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::DeleteTime}) == Words{std::string(code::kBadValue)});
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("nobody finds, or counts, what is another's") {
  Fixture f;
  const auto south = add_reseller(f.control, "south");
  CHECK(f.control.run(f.api().users.search(south.caller, {}))->found.total == 0);
  CHECK(code_of(f.control.run(f.api().users.search(south.caller, {.domain = "one.test"}))) == code::kNoDomain);
  CHECK(f.control.run(f.api().domains.search(south.caller, {}))->found.total == 0);
  CHECK(code_of(f.control.run(f.api().domains.search(south.caller, {.company = "north.adm"}))) == code::kNoCompany);
  CHECK(code_of(f.control.run(f.api().domains.search(south.caller, {.company = "none.adm"}))) == code::kNoCompany);

  // An administrator of a domain sees that; one of a workgroup those in it.
  REQUIRE(f.control.run(f.api().domains.set_administrator(f.me(), "two.test", "joe", true)));
  const auto joe = f.control.run(f.api().sign_in.verify("joe", "two.test", "pass-joe", "test", "")).value();
  CHECK(f.control.run(f.api().users.search(joe, {}))->found.total == 1);
  CHECK(f.control.run(f.api().domains.search(joe, {}))->found.rows.at(0).name == "two.test");
  REQUIRE(f.control.run(f.api().domains.set_workgroup_administrator(f.me(), "one.test", "zoe", true)));
  const auto zoe = f.control.run(f.api().sign_in.verify("zoe", "one.test", "pass-zoe", "test", "")).value();
  const auto seen = f.control.run(f.api().users.search(zoe, {.domain = "one.test"})).value();
  CHECK(seen.found.total == 5);  // an alias is where its target is
  CHECK(f.control.run(f.api().users.search(zoe, {.domain = "one.test", .order = UserOrder::CreateTime, .range = {3, 2}}))->found.rows.at(1).local == "sales");
  CHECK(seen.found.rows.at(0).workgroup == "staff");
  CHECK(code_of(f.control.run(f.api().users.search(zoe, {.domain = "one.test", .workgroup = "guests"}))) == code::kNoWorkgroup);
  CHECK(code_of(f.control.run(f.api().users.search(zoe, {.domain = "two.test"}))) == code::kNoDomain);
}

TEST_CASE("domains by name, aliases apart, deleted ones, pages") {
  Fixture f;
  REQUIRE(f.control.run(f.api().domains.create_alias(f.me(), "one.test", "uno.test")));
  const auto names = [&](DomainSearch search) {
    Words made;
    const auto found = f.control.run(f.api().domains.search(f.me(), std::move(search))).value();
    for (const auto& one : found.found.rows) made.push_back(one.name);
    return made;
  };
  CHECK(names({}) == Words{"one.test", "two.test", "uno.test"});
  CHECK(names({.aliases = true}) == Words{"uno.test"});
  CHECK(names({.aliases = false, .is_descending = true}) == Words{"two.test", "one.test"});
  CHECK(names({.company = "north.adm", .match = "*o.test", .range = {1, 1}}) == Words{"uno.test"});
  REQUIRE(f.control.run(f.api().domains.erase(f.me(), "two.test", true)));
  CHECK(names({.deleted = true}) == Words{"two.test"});
  const auto one = f.control.run(f.api().domains.search(f.me(), {.match = "one*"})).value();
  CHECK(one.found.rows.at(0).users == 6);
  CHECK(one.found.rows.at(0).company == "north.adm");
}

TEST_CASE("what clusters report of users is searched and sorted, and no change takes it back") {
  Fixture f;
  UserSettings settings;
  settings.quota_bytes = 1000;
  REQUIRE(f.control.run(f.api().users.change(f.me(), "one.test", "joe", kAnyUser, settings)));
  f.report("joe", 3, true, 1000);
  f.report("Ann", 4, true, 5);
  CHECK(f.locals({.domain = "one.test", .statuses = {UserStatus::Full}}) == Words{"joe"});
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::LastLogin}) == Words{"bob_x", "sales", "team", "zoe", "Ann", "joe"});
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::LastLogin, .is_descending = true, .range = {1, 2}}) == Words{"Ann", "zoe"});
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::Status, .is_descending = true, .range = {0, 2}}) == Words{"joe", "zoe"});
  CHECK(f.search({.domain = "one.test", .match = "joe"})->found.rows[0].last_login == statistics::time_of(f.hour() - 3));
  CHECK(f.locals({.domain = "one.test", .types = {UserType::Mailbox, UserType::Group}, .statuses = {UserStatus::Active}}) == Words{"Ann", "bob_x", "team", "zoe"});
  CHECK(f.search({.domain = "one.test", .statuses = {UserStatus::Active}})->found.total == 5);

  // A change that its cluster refuses.
  f.control.clusters.at("a").refuses = [](const feed::Change&) { return std::optional<std::string>("refused"); };
  settings.quota_bytes = 2000;
  static_cast<void>(f.control.run(f.api().users.change(f.me(), "one.test", "joe", kAnyUser, settings)));
  f.control.settle();
  CHECK(f.control.query("SELECT quota_bytes FROM users WHERE folded = 'joe' AND last_login > 0")[0][0].number() == 1000);
  CHECK(f.locals({.domain = "one.test", .statuses = {UserStatus::Full}}) == Words{"joe"});
  f.report("joe", 5, true, 2000);  // an older hour, late: says nothing
  CHECK(f.locals({.domain = "one.test", .statuses = {UserStatus::Full}}) == Words{"joe"});
  f.report("joe", 2, false, 10);  // no sign-in, and less mail
  CHECK(f.locals({.domain = "one.test", .statuses = {UserStatus::Full}}).empty());
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::LastLogin, .range = {5, 1}}) == Words{"joe"});
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("who comes back has the state that clusters reported, before and since") {
  struct Case {
    const char* what;
    std::function<void(Fixture& f)> come_back;
  };
  const auto erase = [](Fixture& f) { return f.control.run(f.api().users.erase(f.me(), "one.test", "joe", kAnyUser)); };
  const Case cases[] = {
      {"refused by its cluster",
       [&](Fixture& f) {
         f.control.clusters.at("a").refuses = [](const feed::Change&) { return std::optional<std::string>("refused"); };
         CHECK(outcome(erase(f)) != "applied");
       }},
      {"cancelled",
       [&](Fixture& f) {
         f.control.disconnect();
         CHECK(outcome(erase(f)) == "queued");
         f.control.run(f.api().queues.cancel(Caller::system(), {})).value();
         f.control.world.run_for(std::chrono::seconds(60));
       }},
      {"restored",
       [&](Fixture& f) {
         CHECK(outcome(erase(f)) == "applied");
         CHECK(outcome(f.control.run(f.api().users.restore(f.me(), "one.test", "joe", "", ""))) == "applied");
       }},
  };
  for (const auto& each : cases) {
    CAPTURE(each.what);
    Fixture f;
    UserSettings settings;
    settings.quota_bytes = 1000;
    REQUIRE(f.control.run(f.api().users.change(f.me(), "one.test", "joe", kAnyUser, settings)));
    f.report("joe", 3, true, 1000);
    each.come_back(f);
    CHECK(f.locals({.domain = "one.test", .statuses = {UserStatus::Full}}) == Words{"joe"});
    CHECK(f.search({.domain = "one.test", .match = "joe"})->found.rows.at(0).last_login == statistics::time_of(f.hour() - 3));
    CHECK(broken_integrity(f.control) == "");
  }

  // Meanwhile it held less: what is reported of a deleted one counts when it is back.
  Fixture f;
  f.report("joe", 3, true, 1000);
  const auto id = f.control.query("SELECT u.id FROM users u JOIN domains d ON d.id = u.domain WHERE d.name = 'one.test' AND u.folded = 'joe'")[0][0].text();
  REQUIRE(outcome(erase(f)) == "applied");
  f.report("joe", 2, true, 10, id);
  REQUIRE(outcome(f.control.run(f.api().users.restore(f.me(), "one.test", "joe", "", ""))) == "applied");
  CHECK(f.control.query("SELECT held_bytes FROM users WHERE id = $1", {id})[0][0].number() == 10);
  CHECK(f.search({.domain = "one.test", .match = "joe"})->found.rows.at(0).last_login == statistics::time_of(f.hour() - 2));
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("aliases go where their user goes, and as many as there are have their pages") {
  Fixture f;
  const auto count = [&](const std::string& workgroup) { return f.search({.domain = "one.test", .workgroup = workgroup, .types = {UserType::Alias}})->found.total; };
  CHECK(count("staff") == 1);
  UserSettings moved;
  moved.workgroup = "guests";
  REQUIRE(outcome(f.control.run(f.api().users.change(f.me(), "one.test", "zoe", kAnyUser, moved))) == "applied");
  CHECK(count("staff") == 0);
  CHECK(count("guests") == 1);
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::Workgroup}) == Words{"sales", "team", "zoe", "Ann", "bob_x", "joe"});
  f.control.clusters.at("a").refuses = [](const feed::Change&) { return std::optional<std::string>("refused"); };
  moved.workgroup = "staff";
  moved.quota_bytes = 1000;
  CHECK(outcome(f.control.run(f.api().users.change(f.me(), "one.test", "zoe", kAnyUser, moved))) != "applied");
  f.control.settle();
  CHECK(count("guests") == 1);
  CHECK(broken_integrity(f.control) == "");

  // More than any search counts on its way.
  constexpr std::uint64_t kMany = 10'020;
  const auto zoe = f.control.run(f.api().users.get(f.me(), "one.test", "zoe", kAnyUser)).value().user;
  f.control.stop();
  {
    const auto connection = f.control.database.connect(sql::Access::Write).value();
    REQUIRE(connection->begin());
    User alias;
    alias.domain = zoe.domain;
    alias.type = UserType::Alias;
    alias.alias_of = zoe.id;
    for (std::uint64_t n = 0; n < kMany; ++n) {
      alias.id = "a-" + std::to_string(100'000 + n);
      alias.local = "many" + std::to_string(100'000 + n);
      REQUIRE(put_row(*connection, kUsers.name, kUsers.columns, to_row(alias)));
    }
    REQUIRE(connection->commit());
  }
  REQUIRE(f.control.start());
  for (const auto order : {UserOrder::User, UserOrder::CreateTime, UserOrder::Type, UserOrder::LastLogin, UserOrder::Target, UserOrder::Status}) {
    CAPTURE(static_cast<int>(order));
    std::set<std::string> seen;
    std::uint64_t rows = 0;
    for (std::uint64_t first = 0; first < kMany + 100; first += 1000) {
      const auto page = f.search({.domain = "one.test", .workgroup = "guests", .order = order, .range = {first, 1000}}).value();
      CHECK(page.found.total == kMany + 3);
      CHECK(page.is_total_exact);
      rows += page.found.rows.size();
      for (const auto& one : page.found.rows) seen.insert(one.id);
    }
    CHECK(rows == kMany + 3);
    CHECK(seen.size() == rows);
  }
  CHECK(f.locals({.domain = "one.test", .match = "many10000*", .order = UserOrder::CreateTime, .is_descending = true, .range = {0, 2}}) == Words{"many100009", "many100008"});
  CHECK(f.locals({.domain = "one.test", .match = "*zo?", .order = UserOrder::LastLogin}) == Words{"zoe"});
  CHECK(f.locals({.domain = "one.test", .types = {UserType::Mailbox, UserType::Alias}, .range = {kMany + 3, 9}}) == Words{"sales", "zoe"});
  CHECK(f.locals({.domain = "one.test", .types = {UserType::Mailbox, UserType::Group}, .range = {3, 2}}) == Words{"team", "zoe"});
  CHECK(f.locals({.domain = "one.test", .statuses = {UserStatus::Active}, .range = {kMany + 3, 9}}) == Words{"sales", "team", "zoe"});
}

TEST_CASE("by target, of which the first address counts: those without are the first") {
  Fixture f;
  const auto add = [&](const std::string& local, UserType type, Words targets) {
    NewUser made{.domain = "one.test", .local = local, .type = type, .settings = {}};
    made.settings.workgroup = "staff";
    made.settings.targets = std::move(targets);
    REQUIRE(f.control.run(f.api().users.create(f.me(), made)));
  };
  add("away", UserType::Forward, {"a@y.test"});
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::Target}) == Words{"Ann", "bob_x", "joe", "zoe", "away", "team", "sales"});
  CHECK(f.locals({.domain = "one.test", .types = {UserType::Forward, UserType::Alias}, .order = UserOrder::Target, .is_descending = true}) == Words{"sales", "away"});
  CHECK(f.locals({.domain = "one.test", .workgroup = "staff", .order = UserOrder::Target, .range = {4, 9}}) == Words{"away", "sales"});
  CHECK(f.locals({.domain = "one.test", .workgroup = "staff", .match = "*a*", .order = UserOrder::Target}) == Words{"Ann", "away", "sales"});
  // Of the same first address the name decides, not the second one.
  add("crew", UserType::Group, {"A@y.test", "c@y.test"});
  add("aft", UserType::Group, {"a@y.test", "d@y.test"});
  CHECK(f.locals({.domain = "one.test", .types = {UserType::Forward, UserType::Group}, .order = UserOrder::Target}) == Words{"aft", "away", "crew", "team"});
  // With the mailbox's name its aliases' target is another.
  REQUIRE(f.control.run(f.api().users.rename(f.me(), "one.test", "zoe", kAnyUser, "aaron")));
  CHECK(f.locals({.domain = "one.test", .types = {UserType::Group, UserType::Alias}, .order = UserOrder::Target}) == Words{"aft", "crew", "sales", "team"});
  REQUIRE(outcome(f.control.run(f.api().users.erase(f.me(), "one.test", "aaron", kAnyUser))) == "applied");
  REQUIRE(outcome(f.control.run(f.api().users.restore(f.me(), "one.test", "aaron", "zoe", ""))) == "applied");
  CHECK(f.locals({.domain = "one.test", .types = {UserType::Group, UserType::Alias}, .order = UserOrder::Target}) == Words{"aft", "crew", "team", "sales"});
  CHECK(broken_integrity(f.control) == "");
}

}  // namespace
}  // namespace postroad::control
