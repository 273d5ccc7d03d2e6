#include <doctest/doctest.h>

#include <ctime>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;

// A reseller with the domain one.test and the workgroup `staff`, all applied.
struct Ready : Control {
  Reseller north = add_reseller(*this, "north");
  Caller me = north.caller;

  Ready() {
    connect();
    run(api->domains.create(me, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(me, "one.test", "staff")).value();
  }
  ~Ready() { CHECK(broken_integrity(*this) == ""); }

  std::string make(const std::string& local) { return outcome(run(api->users.create(me, new_mailbox("one.test", local)))); }
  Result<UserView> find(const std::string& local) { return run(api->users.get(me, "one.test", local, kAnyUser)); }
  FakeCluster& cluster() { return clusters.at("a"); }
};

TEST_CASE_FIXTURE(Ready, "a mailbox is made at its cluster before the answer") {
  CHECK(make("joe") == "applied");
  REQUIRE(cluster().accounts.size() == 1);
  const auto& account = cluster().accounts.begin()->second;
  CHECK(account.local == "joe");
  CHECK(account.quota_bytes == options.quota_bytes);
  const auto& hash = cluster().hashes.begin()->second;
  CHECK(hash.starts_with("$argon2id$"));
  CHECK(find("JOE")->user.local == "joe");
  CHECK(find("joe")->workgroup == "staff");
  CHECK_FALSE(find("joe")->is_queued);
}

TEST_CASE_FIXTURE(Ready, "what can't be is refused, with its code") {
  make("joe");
  auto with = [&](auto change) {
    auto spec = new_mailbox("one.test", "new");
    change(spec);
    return outcome(run(api->users.create(me, spec)));
  };
  CHECK(make("Joe") == code::kUserExists);
  CHECK(with([](NewUser& spec) { spec.domain = "two.test"; }) == code::kNoDomain);
  CHECK(with([](NewUser& spec) { spec.local = "a b"; }) == code::kBadValue);
  CHECK(with([](NewUser& spec) { spec.settings.workgroup = "none"; }) == code::kNoWorkgroup);
  CHECK(with([](NewUser& spec) { spec.settings.workgroup.reset(); }) == code::kNoWorkgroup);
  CHECK(with([](NewUser& spec) { spec.settings.password = ""; }) == code::kBadPassword);
  CHECK(with([](NewUser& spec) { spec.settings.password = "{NONE}x"; }) == code::kBadPassword);
  CHECK(with([](NewUser& spec) { spec.settings.title = "a\nb"; }) == code::kBadValue);
  CHECK(with([](NewUser& spec) { spec.type = UserType::Forward; }) == code::kBadValue);
  CHECK(cluster().accounts.size() == 1);
}

TEST_CASE_FIXTURE(Ready, "a hash is taken as it is") {
  auto spec = new_mailbox("one.test", "joe");
  spec.settings.password = "{SHA256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=";
  CHECK(outcome(run(api->users.create(me, spec))) == "applied");
  CHECK(cluster().hashes.begin()->second == *spec.settings.password);
  CHECK(run(api->users.verify_password(me, "one.test", "joe", "password")));
  CHECK(code_of(run(api->users.verify_password(me, "one.test", "joe", "passwort"))) == code::kWrongPassword);
  // A kind's name has no case; what looks like a hash is never taken for a password.
  spec = new_mailbox("one.test", "ann");
  spec.settings.password = "{sha256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=";
  CHECK(outcome(run(api->users.create(me, spec))) == "applied");
  CHECK(run(api->users.verify_password(me, "one.test", "ann", "password")));
  spec = new_mailbox("one.test", "eve");
  spec.settings.password = "{sha9}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=";
  CHECK(code_of(run(api->users.create(me, spec))) == code::kBadPassword);
}

TEST_CASE_FIXTURE(Ready, "no plaintext password is kept anywhere") {
  auto spec = new_mailbox("one.test", "joe");
  spec.settings.password = "correct horse battery";
  disconnect();
  CHECK(outcome(run(api->users.create(me, spec))) == "queued");
  for (const char* table : {"users", "credentials", "changes", "queue", "administrators", "pending", "reports"})
    for (const auto& row : query("SELECT * FROM " + std::string(table)))
      for (const auto& value : row) CHECK_FALSE((value.is_text() && value.text().contains("correct horse")));
}

TEST_CASE_FIXTURE(Ready, "a change of what only control keeps does not go to the cluster") {
  make("joe");
  const auto before = cluster().history.size();
  UserSettings settings;
  settings.first_name = "Joe";
  CHECK(outcome(run(api->users.change(me, "one.test", "joe", kAnyUser, settings))) == "applied");
  CHECK(cluster().history.size() == before);
  CHECK(find("joe")->user.first_name == "Joe");
  settings.timezone = "Asia/Tokyo";
  CHECK(outcome(run(api->users.change(me, "one.test", "joe", kAnyUser, settings))) == "applied");
  CHECK(cluster().accounts.begin()->second.timezone == "Asia/Tokyo");
}

TEST_CASE_FIXTURE(Ready, "a new password goes as a command of its own") {
  make("joe");
  UserSettings settings;
  settings.password = "another";
  CHECK(outcome(run(api->users.change(me, "one.test", "joe", kAnyUser, settings))) == "applied");
  CHECK(std::holds_alternative<feed::SetPassword>(cluster().history.back().payload));
  CHECK(run(api->users.verify_password(me, "one.test", "joe", "another")));
  CHECK_FALSE(run(api->users.verify_password(me, "one.test", "joe", "pass-joe")));
}

TEST_CASE_FIXTURE(Ready, "suspension names services, and leaves the others") {
  make("joe");
  const auto set = [&](Service service, ServiceState state) { return outcome(run(api->users.set_services(me, "one.test", "joe", kAnyUser, {{service, state}}))); };
  CHECK(set(Service::Imap, ServiceState::Suspended) == "applied");
  CHECK(set(Service::Pop, ServiceState::Suspended) == "applied");
  CHECK(set(Service::Imap, ServiceState::Enabled) == "applied");
  const auto& services = cluster().accounts.begin()->second.services;
  CHECK(services.has(Service::Imap));
  CHECK_FALSE(services.has(Service::Pop));
  CHECK(find("joe")->user.services == services);

  // One that was not sold comes by no suspension, and by no end of one.
  const auto suspend = [&](Service service, bool is_suspended) { return outcome(run(api->users.suspend(me, "one.test", "joe", kAnyUser, {{service, is_suspended}}))); };
  CHECK(set(Service::Webmail, ServiceState::Disabled) == "applied");
  for (const bool is_suspended : {true, false}) {
    CHECK(suspend(Service::Webmail, is_suspended) == "applied");
    CHECK(suspend(Service::Imap, is_suspended) == "applied");
    CHECK(cluster().accounts.begin()->second.services.of(Service::Webmail) == ServiceState::Disabled);
    CHECK(cluster().accounts.begin()->second.services.has(Service::Imap) != is_suspended);
  }
}

TEST_CASE_FIXTURE(Ready, "a renamed mailbox is the same one, and its old name is free") {
  make("joe");
  const auto id = find("joe")->user.id;
  CHECK(outcome(run(api->users.rename(me, "one.test", "joe", kAnyUser, "jim"))) == "applied");
  CHECK(find("jim")->user.id == id);
  CHECK(code_of(find("joe")) == code::kNoUser);
  CHECK(make("joe") == "applied");
  CHECK(outcome(run(api->users.rename(me, "one.test", "joe", kAnyUser, "JIM"))) == code::kUserExists);
  CHECK(outcome(run(api->users.rename(me, "one.test", "jim", kAnyUser, "Jim"))) == "applied");
}

TEST_CASE_FIXTURE(Ready, "an alias takes a name, and goes with its target") {
  make("joe");
  CHECK(outcome(run(api->users.create_alias(me, "one.test", "sales", "joe"))) == "applied");
  CHECK(outcome(run(api->users.create_alias(me, "one.test", "sales", "joe"))) == code::kUserExists);
  CHECK(outcome(run(api->users.create_alias(me, "one.test", "other", "sales"))) == code::kNoUser);
  CHECK(find("sales")->alias_of == "joe");
  CHECK(make("sales") == code::kUserExists);
  CHECK(outcome(run(api->users.rename(me, "one.test", "sales", kAnyUser, "shop"))) == code::kWrongType);
  CHECK(outcome(run(api->users.set_services(me, "one.test", "sales", kAnyUser, {{Service::Imap, ServiceState::Suspended}}))) == code::kWrongType);
  CHECK(outcome(run(api->users.erase(me, "one.test", "joe", kAnyUser))) == "applied");
  CHECK(code_of(find("sales")) == code::kNoUser);
  CHECK(cluster().aliases.empty());
  CHECK(make("sales") == "applied");
}

TEST_CASE_FIXTURE(Ready, "a catch-all that is deleted is one no more") {
  make("joe");
  CHECK(outcome(run(api->domains.set_catch_all(me, "one.test", "joe"))) == "applied");
  CHECK(cluster().domains.begin()->second.catch_all == find("joe")->user.id);
  CHECK(run(api->domains.get(me, "one.test"))->catch_all == "joe");
  CHECK(outcome(run(api->users.erase(me, "one.test", "joe", kAnyUser))) == "applied");
  CHECK(cluster().domains.begin()->second.catch_all.empty());
}

TEST_CASE_FIXTURE(Ready, "limits count by type") {
  CHECK(outcome(run(api->domains.set_limits(me, "one.test", {{UserType::Mailbox, 1}, {UserType::Alias, 0}}))) == "applied");
  CHECK(make("one") == "applied");
  CHECK(make("two") == code::kOverLimit);
  CHECK(outcome(run(api->users.create_alias(me, "one.test", "x", "one"))) == code::kOverLimit);
  CHECK(outcome(run(api->domains.set_limits(me, "one.test", {{UserType::Mailbox, std::nullopt}}))) == "applied");
  CHECK(make("two") == "applied");
  CHECK(run(api->domains.count(me, "one.test"))->of(UserType::Mailbox) == 2);
}

TEST_CASE_FIXTURE(Ready, "a filter-only mailbox becomes a mailbox, and never back") {
  auto spec = new_mailbox("one.test", "joe");
  spec.type = UserType::Filter;
  CHECK(outcome(run(api->users.create(me, spec))) == "applied");
  CHECK(cluster().accounts.begin()->second.type == feed::AccountType::FilterOnly);
  UserSettings settings;
  settings.becomes_mailbox = true;
  CHECK(outcome(run(api->users.change(me, "one.test", "joe", kAnyUser, settings))) == "applied");
  CHECK(cluster().accounts.begin()->second.type == feed::AccountType::Mailbox);
}

TEST_CASE_FIXTURE(Ready, "a domain goes when it is empty, or with all that it has") {
  make("joe");
  run(api->users.create_alias(me, "one.test", "sales", "joe")).value();
  run(api->domains.create_alias(me, "one.test", "uno.test")).value();
  run(api->domains.set_catch_all(me, "one.test", "joe")).value();
  CHECK(cluster().domains.size() == 2);
  CHECK(code_of(run(api->users.list(me, "uno.test", {}))) == code::kDomainIsAlias);
  CHECK(outcome(run(api->domains.erase(me, "one.test", false))) == code::kDomainNotEmpty);
  CHECK(outcome(run(api->domains.erase(me, "one.test", true))) == "applied");
  CHECK(cluster().domains.empty());
  CHECK(cluster().accounts.empty());
  CHECK(query("SELECT id FROM workgroups").empty());
  CHECK(code_of(run(api->domains.get(me, "uno.test"))) == code::kNoDomain);
}

TEST_CASE_FIXTURE(Ready, "a workgroup goes when it is empty, or with its users") {
  make("joe");
  CHECK(outcome(run(api->workgroups.create(me, "one.test", "Staff"))) == code::kWorkgroupExists);
  CHECK(outcome(run(api->workgroups.erase(me, "one.test", "staff", false))) == code::kWorkgroupNotEmpty);
  const auto views = run(api->workgroups.list(me, "one.test")).value();
  REQUIRE(views.size() == 1);
  CHECK(views[0].of(UserType::Mailbox) == 1);
  CHECK(outcome(run(api->workgroups.erase(me, "one.test", "STAFF", true))) == "applied");
  CHECK(cluster().accounts.empty());
}

TEST_CASE_FIXTURE(Ready, "domains are dealt to the cluster with fewest, or where they are wanted") {
  CHECK(outcome(run(api->domains.create(me, {.name = "two.test", .company = {}, .cluster = {}, .settings = {}}))) == "applied");
  CHECK(run(api->domains.get(me, "two.test"))->domain.cluster == "b");
  CHECK(outcome(run(api->domains.create(me, {.name = "three.test", .company = {}, .cluster = "c", .settings = {}}))) == code::kNoCluster);
  CHECK(outcome(run(api->domains.create(me, {.name = "One.Test", .company = {}, .cluster = {}, .settings = {}}))) == code::kDomainExists);
  CHECK(outcome(run(api->domains.create(me, {.name = "x.adm", .company = {}, .cluster = {}, .settings = {}}))) == code::kDomainUnavailable);
  CHECK(run(api->domains.list(me, {}))->rows == std::vector<std::string>{"one.test", "two.test"});
  CHECK(run(api->domains.list(me, {.place = {}, .most = 1}))->rows == std::vector<std::string>{"one.test"});
}

TEST_CASE_FIXTURE(Ready, "a domain's users come in pages, each once") {
  for (const char* local : {"carl", "Ann", "bob", "dora", "Eve"}) make(local);
  run(api->users.create_alias(me, "one.test", "cc", "carl")).value();
  for (const std::uint64_t most : {1, 2, 3, 6, 7}) {
    std::vector<std::string> names;
    From from{.place = {}, .most = most};
    do {
      const auto page = run(api->users.list(me, "one.test", from)).value();
      CHECK(page.rows.size() <= most);
      for (const auto& line : page.rows) names.push_back(line.local + "/" + line.workgroup);
      from.place = page.next;
    } while (!from.place.empty());
    CHECK(names == std::vector<std::string>{"Ann/staff", "bob/staff", "carl/staff", "cc/staff", "dora/staff", "Eve/staff"});
  }
}

TEST_CASE_FIXTURE(Ready, "lists in requests are bounded") {
  const std::vector<std::string> many(1001, "joe");
  CHECK(code_of(run(api->users.taken(me, "one.test", many))) == code::kBadValue);
  NewUser group{.domain = "one.test", .local = "all", .type = UserType::Group, .settings = {}};
  group.settings.workgroup = "staff";
  group.settings.targets = std::vector<std::string>(200'000, "joe@one.test");
  const auto began = std::clock();
  CHECK(code_of(run(api->users.create(me, group))) == code::kBadValue);
  CHECK(std::clock() - began < CLOCKS_PER_SEC / 2);
}

TEST_CASE_FIXTURE(Ready, "names are told to be taken or free") {
  make("joe");
  CHECK(run(api->users.taken(me, "one.test", {"joe", "jim", "JOE", "not a name"})).value() == std::vector<bool>{true, false, true, true});
}

}  // namespace
}  // namespace postroad::control
