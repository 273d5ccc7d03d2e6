#include "control/audit_words.h"

#include <doctest/doctest.h>

#include "control/testing.h"

// Entries of the audit as people read them.
namespace postroad::control {
namespace {
using namespace testing;

struct Reading : Control {
  Reading() {
    run(api->domains.create(child.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(child.caller, "one.test", "staff")).value();
    run(api->users.create(child.caller, new_mailbox("one.test", "joe"))).value();
    settle();
  }
  std::vector<AuditView> find(const Caller& caller, AuditSearch search) { return run(api->audit.search(caller, std::move(search), {})).value().rows; }
  // The newest that the search finds, as `caller` reads it.
  std::string read(const Caller& caller, AuditSearch search = {}) {
    const auto found = find(caller, std::move(search));
    return found.empty() ? "none" : found[0].kind + " " + found[0].subject + ": " + found[0].text();
  }

  const Caller root = Caller::system();
  const Reseller north = add_reseller(*this, "north");
  const Reseller child = add_reseller(*this, "child", north.company.id);
  const Reseller south = add_reseller(*this, "south");
};

}  // namespace

TEST_CASE("times are RFC 3339's, in UTC") {
  CHECK(rfc3339(Time(std::chrono::seconds(1'795'616'705) + std::chrono::microseconds(999'999))) == "2026-11-25T14:25:05Z");
  CHECK(rfc3339(Time{}) == "1970-01-01T00:00:00Z");
}

TEST_CASE_FIXTURE(Reading, "entries name what they refer to, and leave out what says nothing") {
  CHECK(read(root, {.kind = "company.put"}).starts_with("company.put south.adm: name \"\" -> \"south\", admin_domain \"\" -> \"south.adm\""));
  CHECK(read(child.caller, {.kind = "domain.put"}) == R"(domain.put one.test: company "" -> "child.adm", name "" -> "one.test", cluster "" -> "a")");
  CHECK(read(child.caller, {.kind = "workgroup.put"}) == R"(workgroup.put one.test/staff: domain "" -> "one.test", name "" -> "staff")");
  const auto joe = read(child.caller, {.kind = "account.put"});
  CHECK(joe.starts_with(R"(account.put joe@one.test: domain "" -> "one.test", local "" -> "joe", type "" -> "mailbox", workgroup "" -> "staff")"));
  CHECK(joe.contains(R"(services "" -> "all enabled")"));
  CHECK(joe.contains("password_hash \"\" -> \"(secret)\""));
  CHECK_FALSE(joe.contains("_at"));
  run(api->users.set_services(child.caller, "one.test", "joe", kAnyUser, {{Service::Imap, ServiceState::Suspended}, {Service::Pop, ServiceState::Disabled}})).value();
  CHECK(read(child.caller).ends_with(R"(joe@one.test: services "all enabled" -> "imap suspended, pop disabled")"));
  run(api->domains.set_limits(child.caller, "one.test", {{UserType::Mailbox, 5}})).value();
  CHECK(read(child.caller).ends_with(R"(one.test: limits "none" -> "mailbox 5")"));
  // What is kept is there for programs.
  const auto entry = find(child.caller, {.kind = "workgroup.put"})[0];
  CHECK(entry.object.starts_with("workgroup/w"));
  CHECK(is_id(entry.fields[0].to, 'd'));
}

TEST_CASE_FIXTURE(Reading, "names are those that were borne then, also of what is gone") {
  run(api->users.create_alias(child.caller, "one.test", "joey", "joe")).value();
  run(api->users.rename(child.caller, "one.test", "joe", kAnyUser, "jim")).value();
  run(api->users.create_alias(child.caller, "one.test", "jimmy", "jim")).value();
  settle();
  run(api->users.erase(child.caller, "one.test", "jim", kAnyUser)).value();
  settle();
  const auto read_both = [&] {
    CHECK(read(child.caller, {.user = "joey@one.test", .kind = "alias.put"}).contains(R"(alias_of "" -> "joe@one.test")"));
    CHECK(read(child.caller, {.user = "jimmy@one.test", .kind = "alias.put"}).contains(R"(alias_of "" -> "jim@one.test")"));
  };
  read_both();
  // A deletion says when what is gone was made, in words.
  const auto gone = read(child.caller, {.user = "jim@one.test", .kind = "account.delete"});
  CHECK(gone.contains("workgroup \"staff\" -> \"\""));
  CHECK(gone.contains("created_at \"20"));
  crash();
  read_both();
}

TEST_CASE_FIXTURE(Reading, "what no entry tells any more is named as it is now; what is gone and untold stays an id") {
  const auto id = query("SELECT id FROM workgroups WHERE name = 'staff'")[0][0].text();
  const auto forget = [&](const std::string& object) {
    stop();  // one writes at a time
    disk.connect(sql::Access::Write).value()->run("DELETE FROM audit WHERE object = $1", {object}).value();
    REQUIRE(start());
  };
  forget("workgroup/" + id);
  CHECK(read(child.caller, {.kind = "account.put"}).contains("workgroup \"\" -> \"staff\""));
}

TEST_CASE_FIXTURE(Reading, "names of what the reader may not audit are not told") {
  // The operator moves the domain away: to the one company it came from nowhere known.
  run(api->domains.push(root, "one.test", "south.adm")).value();
  settle();
  CHECK(read(root, {.domain = "one.test"}).contains(R"(company "child.adm" -> "south.adm")"));
  for (const auto* const reader : {&child.caller, &south.caller})
    for (const auto& entry : find(*reader, {})) {
      CAPTURE(entry.text());
      CHECK_FALSE(entry.text().contains(reader == &child.caller ? "south" : "child"));
    }
}

}  // namespace postroad::control
