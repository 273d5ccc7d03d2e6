#include <doctest/doctest.h>

#include <chrono>
#include <ctime>

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
  Control control;
  Reseller north;
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
  CHECK(f.locals({.domain = "one.test", .order = UserOrder::Workgroup}) == Words{"team", "Ann", "bob_x", "joe", "zoe", "sales"});
  CHECK(f.locals({.domain = "one.test", .workgroup = "GUESTS"}) == Words{"team"});
  CHECK(f.locals({.domain = "one.test", .type = UserType::Mailbox, .range = {1, 2}}) == Words{"bob_x", "joe"});
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
  CHECK(f.locals({.domain = "one.test", .suspended = true}) == Words{"joe"});
  CHECK(f.search({.domain = "one.test", .suspended = true})->found.rows[0].is_suspended);
  REQUIRE(f.control.run(f.api().users.erase(f.me(), "one.test", "Ann", kAnyUser)));
  CHECK(f.locals({.domain = "one.test", .deleted = true}) == Words{"Ann"});
  CHECK(f.locals({}) == Words{"bob_x", "joe", "sales", "team", "zoe", "joe"});
  CHECK(f.locals({.is_descending = true, .range = {0, 2}}) == Words{"joe", "zoe"});
  CHECK(f.locals({.type = UserType::Mailbox, .range = {2, 2}}) == Words{"zoe", "joe"});
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
  CHECK(seen.found.total == 4);
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

// A domain of a million, by its rows alone: to be run by hand, since it takes a while to make.
//   test_control --no-skip -tc="a page of a million users"
TEST_CASE("a page of a million users" * doctest::skip()) {
  Fixture f;
  f.control.query("SELECT 1");
  const auto domain = f.control.query("SELECT id FROM domains WHERE name = 'one.test'")[0][0].text();
  const auto group = f.control.query("SELECT id FROM workgroups WHERE domain = $1 AND folded = 'staff'", {domain})[0][0].text();
  constexpr int kMany = 1'000'000;
  constexpr int kAtOnce = 250;
  f.control.stop();  // of a database there is one writer
  auto connection = f.control.database.connect(sql::Access::Write).value();
  REQUIRE(connection->begin());
  for (int n = 0; n < kMany;) {
    sql::Row values;
    std::string statement = "INSERT INTO users (" + control::kUsers.list() + ") VALUES ";
    for (const int last = n + kAtOnce; n < last; ++n) {
      User user{.id = make_id('a', Time(std::chrono::milliseconds(1'000'000 + n)), 1, static_cast<std::uint64_t>(n)), .domain = domain, .local = "user." + std::to_string((n * 7919LL) % 999'983) + "." + std::to_string(n),
                .type = n % 50 == 0 ? UserType::Filter : UserType::Mailbox, .workgroup = group};
      if (n % 1000 == 0) user.services.set(Service::Imap, ServiceState::Suspended);
      statement += values.empty() ? "(" : ", (";
      std::string places;
      for (auto& value : to_row(user)) {
        values.push_back(std::move(value));
        places += (places.empty() ? "$" : ", $") + std::to_string(values.size());
      }
      statement += places + ")";
    }
    REQUIRE(connection->run(statement, std::vector<sql::Argument>(values.begin(), values.end())));
  }
  REQUIRE(connection->run("DELETE FROM user_counts"));
  REQUIRE(connection->run("INSERT INTO user_counts (id, domain, workgroup, type, users) SELECT domain || '/' || workgroup || '/' || type, domain, workgroup, type, count(*) "
                          "FROM users GROUP BY domain, workgroup, type"));
  REQUIRE(connection->commit());
  // As a server does by itself after a while; in SQLite it does no harm.
  REQUIRE(connection->run_script(f.control.disk.is_postgres() ? "VACUUM ANALYZE users" : "ANALYZE users"));
  connection.reset();
  REQUIRE(f.control.start());
  const UserSearch searches[] = {
      {.domain = "one.test"},
      {.domain = "one.test", .range = {500'000, 100}},
      {.domain = "one.test", .is_descending = true, .range = {999'000, 100}},
      {.domain = "one.test", .order = UserOrder::CreateTime, .range = {400'000, 100}},
      {.domain = "one.test", .order = UserOrder::Type, .range = {300'000, 100}},
      {.domain = "one.test", .order = UserOrder::Workgroup, .range = {300'000, 100}},
      {.domain = "one.test", .type = UserType::Filter, .range = {10'000, 100}},
      {.domain = "one.test", .match = "user.1234*"},
      {.domain = "one.test", .match = "*99998*"},
      {.domain = "one.test", .match = "*nobody*"},
      {.domain = "one.test", .match = "*nobody*", .order = UserOrder::CreateTime},
      {.domain = "one.test", .suspended = true, .range = {500, 100}},
      {.range = {700'000, 100}},
  };
  for (const auto& search : searches) {
    // On SQLite all of it is this process's work: other processes' load does not count.
    const auto clock_began = std::clock();
    const auto began = std::chrono::steady_clock::now();
    const auto found = f.search(search).value();
    const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
    const auto worked = std::chrono::microseconds((std::clock() - clock_began) * 1'000'000 / CLOCKS_PER_SEC);
    const auto took = f.control.disk.is_postgres() ? passed : worked;
    MESSAGE(search.match << " order " << static_cast<int>(search.order) << " from " << search.range.first << ": " << found.found.rows.size() << " of "
                         << found.found.total << " in " << static_cast<double>(took.count()) / 1000.0 << " ms (" << static_cast<double>(passed.count()) / 1000.0 << ")");
    CHECK(took < std::chrono::milliseconds(100));
  }
}

}  // namespace
}  // namespace postroad::control
