#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "control/schema.h"
#include "control/testing.h"
#include "sql/migrations.h"

// A database of each format that was ever released is kept, opened and brought to the newest one.
namespace postroad::control {
namespace {
using namespace testing;

constexpr const char* kFixture = "tests/fixtures/control-v1/control.sql";

// What the fixture holds: a reseller, a domain, mailboxes, and changes in each state.
void fill(Control& control) {
  const auto north = add_reseller(control, "north");
  auto& api = *control.api;
  const auto& me = north.caller;
  control.run(api.domains.create(me, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
  control.run(api.workgroups.create(me, "one.test", "staff")).value();
  control.run(api.users.create(me, new_mailbox("one.test", "joe"))).value();
  control.run(api.users.create_alias(me, "one.test", "sales", "joe")).value();
  control.run(api.domains.set_administrator(me, "one.test", "joe", true)).value();
  control.settle();
  control.clusters.at("a").refuses = [](const feed::Change&) { return "no room"; };
  control.run(api.users.create(me, new_mailbox("one.test", "refused"))).value();
  control.run(api.users.create_alias(me, "one.test", "cancelled", "refused")).value();
  control.settle();
  control.run(api.users.create(me, new_mailbox("one.test", "fed"))).value();
  control.run(api.source().next("a", 0, 1)).value();
  control.run(api.users.rename(me, "one.test", "fed", kAnyUser, "waiting")).value();
  control.run(api.users.set_services(me, "one.test", "joe", kAnyUser, {{Service::Pop, ServiceState::Suspended}})).value();
}

std::string quoted(const sql::Value& value) {
  if (!value.is_text()) return std::to_string(value.number());
  std::string made = "'";
  for (const char c : value.text()) made += c == '\'' ? std::string("\'\'") : std::string(1, c);
  return made + "'";
}

// The whole database as statements.
std::string dump(Control& control) {
  std::string made;
  for (const auto& row : control.query("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name")) {
    made += row[2].text() + ";\n";
    if (row[1].text() != "table") continue;
    for (const auto& values : control.query("SELECT * FROM " + row[0].text())) {
      std::string list;
      for (const auto& value : values) list += (list.empty() ? "" : ", ") + quoted(value);
      made += "INSERT INTO " + row[0].text() + " VALUES (" + list + ");\n";
    }
  }
  return made;
}

// To make it, once: test_control --no-skip -tc="write the fixture"
TEST_CASE("write the fixture" * doctest::skip()) {
  std::filesystem::create_directories(std::filesystem::path(kFixture).parent_path());
  Control control;
  fill(control);
  std::ofstream(kFixture) << dump(control);
}

TEST_CASE("a database of format 1 is opened, upgraded and goes on") {
  std::ifstream file(kFixture);
  const std::string statements{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_FALSE(statements.empty());
  Control control;
  control.stop();
  control.disk.wipe();
  REQUIRE(control.database.connect(sql::Access::Write).value()->run_script(statements));
  REQUIRE(control.start());
  CHECK(control.query("SELECT version FROM format")[0][0].number() == static_cast<std::int64_t>(migrations().size()));
  CHECK(broken_integrity(control) == "");

  auto& api = *control.api;
  const auto me = control.run(api.sign_in.verify("admin", "north.adm", "secret-north", "test", "")).value();
  CHECK(control.run(api.sign_in.verify("joe", "one.test", "pass-joe", "test", "")));
  CHECK(control.run(api.users.get(me, "one.test", "waiting", kAnyUser))->is_queued);
  const auto view = control.run(api.queues.state()).value()[0];
  CHECK(view.length == 3);
  CHECK(view.in_feed == 1);

  // The cluster of that time has all but the last changes.
  const auto fed = control.run(api.source().next("a", view.acknowledged, 10)).value();
  REQUIRE(fed.size() == 2);
  CHECK(control.run(api.source().settle("a", {{fed[0].position, fed[0].id, false, "no room"}, {fed[1].position, fed[1].id, true, ""}})));
  CHECK(code_of(control.run(api.users.get(me, "one.test", "waiting", kAnyUser))) == code::kNoUser);
  CHECK(control.run(api.queues.state()).value()[0].length == 0);
  CHECK(control.run(api.domains.create(me, {.name = "two.test", .company = {}, .cluster = "a", .settings = {}})));
  CHECK(broken_integrity(control) == "");
  control.stop();
}

TEST_CASE("what clusters reported before a format that keeps it with users is theirs from its beginning") {
  std::ifstream file(kFixture);
  const std::string statements{std::istreambuf_iterator<char>(file), {}};
  Control control;
  control.stop();
  control.disk.wipe();
  {
    const auto connection = control.database.connect(sql::Access::Write).value();
    REQUIRE(connection->run_script(statements));
    REQUIRE(sql::migrate(*connection, migrations().first(12)));
    // Of joe, who is suspended, and of waiting, who is full; the fixture's clusters are a and b.
    const auto report = [&](const std::string& local, const std::string& cluster, const std::string& bytes, int imap, int pop) {
      return connection->run("INSERT INTO statistics_stored (account, cluster, domain, company, hour, bytes, messages, last_imap, last_pop) "
                             "SELECT id, $1, domain, '', 480000, " + bytes + ", 1, $2, $3 FROM users WHERE folded = $4",
                             {cluster, imap, pop, local});
    };
    REQUIRE(report("joe", "a", "77", 471'000, 472'000));
    REQUIRE(report("waiting", "a", "quota_bytes", 0, 0));
    REQUIRE(report("waiting", "b", "0", 473'000, 0));
    REQUIRE(connection->run("INSERT INTO users SELECT 'a0', domain, 'List', 'list', 'group', workgroup, '', '', '', '', '', '', '', '', '', '', '', 0, 'eeeee', $1, 0 FROM users WHERE folded = 'joe'",
                            {std::string("One@y.test,two@y.test")}));
    REQUIRE(connection->run("INSERT INTO user_counts SELECT 'x', domain, workgroup, 'group', 1 FROM users WHERE folded = 'list'"));
  }
  REQUIRE(control.start());
  struct Case {
    const char* folded;
    const char* state;
    std::int64_t last_login;
    const char* target;
  };
  const Case cases[] = {{"joe", "suspended", 472'000 * 3'600'000'000, ""}, {"waiting", "quota", 0, ""}, {"sales", "active", 0, "joe"}, {"list", "active", 0, "one@y.test"}};
  for (const auto& each : cases) {
    CAPTURE(each.folded);
    const auto row = control.query("SELECT state, last_login, target FROM users WHERE folded = $1", {each.folded})[0];
    CHECK(row[0].text() == each.state);
    CHECK(row[1].number() == each.last_login);
    CHECK(row[2].text() == each.target);
  }
  CHECK(broken_integrity(control) == "");
  control.stop();
}

TEST_CASE("a database of a format to come is left alone") {
  Control control;
  control.stop();
  REQUIRE(control.database.connect(sql::Access::Write).value()->run_script("UPDATE format SET version = 1000"));
  CHECK(control.start().error().text.contains("install the newer version that wrote it"));
}

}  // namespace
}  // namespace postroad::control
