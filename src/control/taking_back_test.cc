#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "control/testing.h"

// What a change that is cancelled or refused altered is what it was, whatever tables it touched; what is asked for again
// makes the same rows.
namespace postroad::control {
namespace {
using namespace testing;

constexpr const char* kHash = "{SHA256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=";

// The queue's own tables, what only grows, and what goes by changes' numbers (broken_integrity looks at that).
const std::set<std::string> kElsewhere = {"audit",   "changes", "clusters", "counters", "edges",        "format", "levers", "names",
                                          "pending", "pulled",  "queue",    "reports",  "reservations", "shares", "undone"};

// All rows of all other tables, so that a table that comes later is looked at too.
std::string rows_of_all(Control& control) {
  const auto connection = control.database.connect(sql::Access::Read).value();
  std::string made;
  for (const auto& table : connection->tables().value()) {
    if (kElsewhere.contains(table)) continue;
    std::vector<std::string> lines;
    for (const auto& row : control.query("SELECT * FROM " + table)) {
      auto& line = lines.emplace_back(table);
      for (const auto& value : row) line += "|" + (value.is_text() ? value.text() : std::to_string(value.number()));
    }
    std::ranges::sort(lines);
    for (const auto& line : lines) made += line + "\n";
  }
  return made;
}

struct Fixture : Control {
  Fixture() {
    const auto me = reseller.caller;
    run(api->domains.create(me, {.name = "north.test", .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(me, "north.test", "staff")).value();
    mailbox("jane");
    mailbox("joe");
    const Offerings::Spec spec{.code = "gold", .name = "Gold", .description = "more", .period_days = 30, .is_withdrawn = false};
    run(api->offerings.put(root, "north.adm", spec)).value();
    limit(10);
    settle();
  }
  ~Fixture() { CHECK(broken_integrity(*this) == ""); }

  void mailbox(const std::string& local, const std::string& domain = "north.test") {
    auto spec = new_mailbox(domain, local);
    spec.settings.password = kHash;
    must(run(api->users.create(reseller.caller, spec)));
  }
  void must(const Result<Receipt>& made) {
    REQUIRE(outcome(made) == "queued");
    asked.push_back(made->change);
  }
  void limit(std::uint64_t mailboxes) {
    run(api->companies.set_limits(root, reseller.company.id, {{Resource::Mailboxes, mailboxes}, {Resource::Domains, 2}})).value();
  }
  void cancel_all() {
    run(api->queues.cancel(root, {})).value();
    world.run_for(std::chrono::seconds(60));
    CHECK(query("SELECT count(*) FROM queue")[0][0].number() == 0);
  }
  void edit(const std::string& local, const UserSettings& settings) { must(run(api->users.change(reseller.caller, "north.test", local, kAnyUser, settings))); }

  // One request of each kind that goes to the cluster.
  void ask_everything() {
    auto& users = api->users;
    const auto me = reseller.caller;
    must(run(api->domains.create(me, {.name = "new.test", .company = {}, .cluster = "a", .settings = {}})));
    must(run(api->workgroups.create(me, "new.test", "staff")));
    mailbox("mary", "new.test");
    UserSettings quota;
    quota.quota_bytes = 1UL << 30;
    edit("jane", quota);
    UserSettings more;
    more.more.block = std::vector<std::string>{"spam@else.test"};
    more.more.spam_header = "X-Spam";
    edit("jane", more);
    must(run(users.create_alias(me, "north.test", "sales", "jane")));
    must(run(api->offerings.enable(me, "north.test", "jane", "gold", true)));
    must(run(api->domains.set_administrator(me, "north.test", "jane", true)));
    must(run(users.rename(me, "north.test", "jane", kAnyUser, "janet")));
    must(run(users.erase(me, "north.test", "joe", kAnyUser)));
    must(run(api->domains.set_disabled(me, "north.test", true)));
  }

  const Caller root = Caller::system();
  Reseller reseller = add_reseller(*this, "north");
  std::vector<std::string> asked;
};

TEST_CASE_FIXTURE(Fixture, "a cancellation puts every row back that its changes touched, and gives back what they took") {
  const auto before = rows_of_all(*this);
  asked.clear();
  ask_everything();
  CHECK(rows_of_all(*this) != before);
  cancel_all();
  CHECK(rows_of_all(*this) == before);
}

TEST_CASE_FIXTURE(Fixture, "what was cancelled and is asked for again makes the same rows and takes as much") {
  asked.clear();
  ask_everything();
  const auto made = rows_of_all(*this);
  cancel_all();
  for (const auto& change : asked) CHECK(outcome(run(api->queues.retry(root, change))) == "queued");
  CHECK(rows_of_all(*this) == made);
  settle();
  CHECK(clusters.at("a").gone.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "what is asked for again is refused where its limit has no room any more") {
  asked.clear();
  mailbox("mary");
  const auto mary = asked.back();
  cancel_all();
  limit(2);
  const auto before = rows_of_all(*this);
  CHECK(outcome(run(api->queues.retry(root, mary))) == code::kOverLimit);
  CHECK(rows_of_all(*this) == before);
}

}  // namespace
}  // namespace postroad::control
