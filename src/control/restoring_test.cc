#include "control/restoring.h"

#include <doctest/doctest.h>

#include "control/testing.h"
#include "control/tidying.h"

namespace postroad::control {
namespace {
using namespace testing;
using Words = std::vector<std::string>;
using std::chrono::hours;

struct Fixture {
  Fixture() {
    control.connect();
    north = add_reseller(control, "north");
    south = add_reseller(control, "south");
    REQUIRE(control.run(api().domains.create(me(), {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})));
    REQUIRE(control.run(api().workgroups.create(me(), "one.test", "staff")));
    REQUIRE(control.run(api().users.create(me(), new_mailbox("one.test", "joe"))));
    REQUIRE(control.run(api().users.create_alias(me(), "one.test", "sales", "joe")));
  }
  Api& api() { return *control.api; }
  const Caller& me() { return north.caller; }
  FakeCluster& cluster() { return control.clusters.at("a"); }
  Result<UserView> user(const std::string& local) { return control.run(api().users.get(me(), "one.test", local, kAnyUser)); }
  std::string erase(const std::string& local) { return outcome(control.run(api().users.erase(me(), "one.test", local, kAnyUser))); }
  std::string restore(const std::string& local, const std::string& as = {}, const std::string& workgroup = {}) {
    return outcome(control.run(api().users.restore(me(), "one.test", local, as, workgroup)));
  }
  Control control;
  Reseller north;
  Reseller south;
};

TEST_CASE("a deleted user comes back whole: id, password, settings, aliases, roles") {
  Fixture f;
  UserSettings settings;
  settings.first_name = "Joe";
  settings.more.allow = Words{"a@b.test"};
  REQUIRE(f.control.run(f.api().users.change(f.me(), "one.test", "joe", kAnyUser, settings)));
  REQUIRE(f.control.run(f.api().domains.set_administrator(f.me(), "one.test", "joe", true)));
  const auto before = projection(f.control);
  const auto id = f.user("joe")->user.id;
  const auto hash = f.cluster().hashes[id];
  CHECK(f.erase("joe") == "applied");
  CHECK(f.cluster().accounts.empty());
  const auto deleted = f.control.run(f.api().users.deleted(f.me(), "one.test", {})).value();
  REQUIRE(deleted.rows.size() == 1);
  CHECK(deleted.rows[0].local == "joe");
  CHECK(deleted.rows[0].purge_at - deleted.rows[0].deleted_at == hours(24 * 30));

  CHECK(f.restore("joe") == "applied");
  CHECK(f.user("joe")->user.id == id);
  CHECK(f.user("joe")->user.first_name == "Joe");
  CHECK(f.user("joe")->own.mail.allow == Words{"a@b.test"});
  CHECK(f.user("sales")->alias_of == "joe");
  CHECK(f.control.run(f.api().users.verify_password(f.me(), "one.test", "joe", "pass-joe")));
  CHECK(f.cluster().hashes[id] == hash);
  CHECK(f.cluster().settings[id].allow == Words{"a@b.test"});
  CHECK(f.cluster().aliases.size() == 1);
  CHECK(f.control.run(f.api().sign_in.verify("joe", "one.test", "pass-joe", "test", "")));
  CHECK(f.control.run(f.api().users.deleted(f.me(), "one.test", {})).value().rows.empty());
  CHECK(broken_integrity(f.control) == "");
  CHECK(f.restore("joe") == code::kNoUser);
}

TEST_CASE("the name is free at once; the deleted one comes back under another, by name or id, the newest first") {
  Fixture f;
  const auto first = f.user("joe")->user.id;
  REQUIRE(f.erase("joe") == "applied");
  REQUIRE(f.control.run(f.api().users.create(f.me(), new_mailbox("one.test", "joe"))));
  const auto second = f.user("joe")->user.id;
  CHECK(f.restore("joe") == code::kUserExists);
  f.control.world.run_for(hours(1));
  REQUIRE(f.erase("joe") == "applied");
  CHECK(f.restore("joe") == "applied");
  CHECK(f.user("joe")->user.id == second);
  CHECK(f.restore(first, "joseph") == "applied");
  CHECK(f.user("joseph")->user.id == first);
  CHECK(f.user("sales")->alias_of == "joseph");
  CHECK(f.restore("joe", "bad name") == code::kNoUser);
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("a password that was not hashed yet when its user was deleted is hashed all the same") {
  Fixture f;
  f.control.run(f.api().queues.pause("a")).value();
  for (const char* name : {"eve", "ida"}) {
    auto spec = new_mailbox("one.test", name);
    spec.settings.password = "correct horse";
    REQUIRE(f.control.run(f.api().users.create(f.me(), spec)));
    CHECK(f.erase(name) == "queued");
  }
  CHECK(f.restore("eve") == "queued");  // before it is hashed
  f.control.run(f.api().queues.resume("a")).value();
  f.control.world.run_for(std::chrono::seconds(60));
  f.control.settle();
  CHECK(f.restore("ida") == "applied");
  for (const char* name : {"eve", "ida"}) {
    CAPTURE(name);
    CHECK(f.cluster().hashes.at(f.user(name)->user.id).starts_with("$argon2id$"));
    CHECK(f.control.run(f.api().users.verify_password(f.me(), "one.test", name, "correct horse")));
  }
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("an alias, a forward and a list come back too; what they need must be there") {
  Fixture f;
  NewUser list{.domain = "one.test", .local = "team", .type = UserType::Group, .settings = {}};
  list.settings.workgroup = "staff";
  list.settings.targets = Words{"x@y.test"};
  REQUIRE(f.control.run(f.api().users.create(f.me(), list)));
  REQUIRE(f.erase("team") == "applied");
  REQUIRE(f.erase("sales") == "applied");
  CHECK(f.restore("team") == "applied");
  CHECK(f.user("team")->user.targets == Words{"x@y.test"});
  CHECK(f.restore("sales", "shop") == "applied");
  CHECK(f.user("shop")->alias_of == "joe");
  REQUIRE(f.erase("shop") == "applied");
  REQUIRE(f.erase("joe") == "applied");
  CHECK(f.restore("shop") == code::kNoUser);
  REQUIRE(f.control.run(f.api().workgroups.create(f.me(), "one.test", "others")));
  REQUIRE(f.erase("team") == "applied");
  REQUIRE(f.control.run(f.api().workgroups.erase(f.me(), "one.test", "staff", true)));
  CHECK(f.restore("joe") == code::kNoWorkgroup);
  CHECK(f.restore("joe", "", "others") == "applied");
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("limits hold for what comes back") {
  Fixture f;
  REQUIRE(f.control.run(f.api().domains.set_limits(f.me(), "one.test", {{UserType::Mailbox, 1}})));
  REQUIRE(f.erase("joe") == "applied");
  REQUIRE(f.control.run(f.api().users.create(f.me(), new_mailbox("one.test", "ann"))));
  CHECK(f.restore("joe") == code::kOverLimit);
}

TEST_CASE("after thirty days there is nothing to restore, and the rows go") {
  Fixture f;
  REQUIRE(f.erase("joe") == "applied");
  f.control.world.run_for(hours(24 * 30 + 1));
  CHECK(f.restore("joe") == code::kNoUser);
  CHECK(f.control.run(f.api().users.deleted(f.me(), "one.test", {})).value().rows.empty());
  REQUIRE(f.control.run(f.api().users.create(f.me(), new_mailbox("one.test", "ann"))));
  REQUIRE(f.erase("ann") == "applied");
  CHECK(f.control.query("SELECT id FROM deleted").size() == 1);
}

TEST_CASE("a restoration that the cluster refuses leaves the user deleted, to be tried again") {
  Fixture f;
  REQUIRE(f.erase("joe") == "applied");
  const auto before = projection(f.control);
  f.cluster().refuses = [](const feed::Change&) { return "not now"; };
  CHECK(f.restore("joe") == code::kClusterRefused);
  CHECK(projection(f.control) == before);
  f.cluster().refuses = [](const feed::Change&) { return std::nullopt; };
  CHECK(f.restore("joe") == "applied");
}

TEST_CASE("a domain comes back with its users, workgroups and alias domains, under its old name or a new one") {
  Fixture f;
  REQUIRE(f.control.run(f.api().domains.create_alias(f.me(), "one.test", "uno.test")));
  REQUIRE(f.control.run(f.api().domains.set_catch_all(f.me(), "one.test", "joe")));
  const auto id = f.user("joe")->user.id;
  CHECK(outcome(f.control.run(f.api().domains.erase(f.me(), "one.test", true))) == "applied");
  CHECK(f.cluster().domains.empty());
  // Another has its name meanwhile.
  REQUIRE(f.control.run(f.api().domains.create(f.south.caller, {.name = "one.test", .company = {}, .cluster = "b", .settings = {}})));
  CHECK(code_of(f.control.run(f.api().domains.restore(f.me(), "one.test"))) == code::kDomainUnavailable);
  CHECK(code_of(f.control.run(f.api().domains.restore(f.south.caller, "one.test", "mine.test"))) == code::kNoDomain);
  CHECK(outcome(f.control.run(f.api().domains.restore(f.me(), "one.test", "new.test"))) == "applied");
  const auto joe = f.control.run(f.api().users.get(f.me(), "new.test", "joe", kAnyUser)).value();
  CHECK(joe.user.id == id);
  CHECK(joe.workgroup == "staff");
  CHECK(joe.aliases == Words{"sales"});
  CHECK(f.control.run(f.api().domains.get(f.me(), "new.test"))->aliases == Words{"uno.test"});
  CHECK(f.cluster().accounts.contains(id));
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("a domain moves to a company that takes it, and to no other") {
  Fixture f;
  auto& domains = f.api().domains;
  REQUIRE(f.control.run(domains.create_alias(f.me(), "one.test", "uno.test")));
  CHECK(code_of(f.control.run(domains.push(f.me(), "one.test", "south.adm"))) == code::kNotTaken);
  CHECK(f.control.run(domains.push(f.me(), "one.test", "south.adm")).error().text == f.control.run(domains.push(f.me(), "one.test", "none.adm")).error().text);
  SettingsEdit edit;
  edit.push_allowed = Words{"north.adm"};
  edit.rejects_spam = true;
  REQUIRE(f.control.run(f.api().defaults.change_company(f.south.caller, "", edit)));
  CHECK(outcome(f.control.run(domains.push(f.me(), "one.test", "south.adm"))) == "applied");
  CHECK(code_of(f.control.run(domains.get(f.me(), "one.test"))) == code::kNoDomain);
  CHECK(f.control.run(domains.get(f.south.caller, "uno.test")));
  const auto joe = f.control.run(f.api().users.get(f.south.caller, "one.test", "joe", kAnyUser)).value();
  CHECK(joe.effective.mail.rejects_spam == true);
  CHECK(f.cluster().domains[joe.user.domain].company == f.south.company.id);
  CHECK(f.cluster().settings[f.south.company.id].rejects_spam == true);
  CHECK(broken_integrity(f.control) == "");
}

TEST_CASE("what can't be restored any more is forgotten, a few at a time, and nothing else is") {
  Fixture f;
  const auto most = static_cast<std::int64_t>(kForgottenAtOnce) + 20;
  for (auto n = 0; n < most; ++n) {
    const auto local = "x" + std::to_string(n);
    REQUIRE(f.control.run(f.api().users.create_alias(f.me(), "one.test", local, "joe")));
    REQUIRE(f.erase(local) == "applied");
  }
  REQUIRE(f.erase("joe") == "applied");
  const auto kept = [&] { return f.control.query("SELECT count(*) FROM deleted")[0][0].number(); };
  f.control.world.run_for(hours(24 * 30 - 1));
  CHECK(kept() == most + 1);
  REQUIRE(f.control.run(f.api().users.create(f.me(), new_mailbox("one.test", "late"))));
  REQUIRE(f.erase("late") == "applied");
  f.control.world.run_for(hours(2));
  CHECK(kept() == 1);
  CHECK(f.restore("joe") == "NO_USER");
  CHECK(f.restore("late") == "applied");
}

}  // namespace
}  // namespace postroad::control
