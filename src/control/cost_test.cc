#include <doctest/doctest.h>

#include "control/testing.h"
#include "sql/memory_vfs.h"
#include "sql/sqlite.h"
#include "sql/statement_work.h"

// What a request costs the database does not grow with what there is already: users, history, what waits.
namespace postroad::control {
namespace {
using namespace testing;

using Work = std::map<std::string, std::uint64_t>;  // by statement

// A control plane on a database of its own, whose statements are counted; the domain one.test and its workgroup are
// at their cluster.
struct Counted : Control {
  sql::StatementWork work;
  sql::MemoryDisk own_disk;
  sql::Sqlite own_database{"counted", {.vfs = own_disk.name()}};
  Reseller north = open();
  Caller me = north.caller;
  std::size_t made = 0;

  ~Counted() { stop(); }

  Reseller open() {
    stop();
    loop = std::make_unique<simulated::Loop>(world, "control");
    pool = std::make_unique<simulated::Pool>(world);
    api = Api::open(own_database, {*loop, *pool, *pool, random, log, metrics}, options).value();
    api->connect(reach);
    auto reseller = add_reseller(*this, "north");
    run(api->domains.create(reseller.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(reseller.caller, "one.test", "staff")).value();
    settle();
    return reseller;
  }

  std::string add_mailbox() {
    auto spec = new_mailbox("one.test", "u" + std::to_string(made++));
    spec.settings.password = "{SHA256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=";
    return run(api->users.create(me, spec)).value().change;
  }
  void add_mailboxes(int count) {
    for (int n = 0; n < count; ++n) add_mailbox();
  }

  // One of each request that has to be quick however much there is.
  Work one_of_each() {
    const auto oldest = run(api->queues.list("a", 1)).value();
    work.take();
    const auto change = add_mailbox();
    const auto local = "u" + std::to_string(made - 1);
    UserSettings title;
    title.title = "Dr";
    run(api->users.get(me, "one.test", local, kAnyUser)).value();
    run(api->users.change(me, "one.test", local, kAnyUser, title)).value();
    run(api->users.create_alias(me, "one.test", "alias-" + local, local)).value();
    run(api->users.rename(me, "one.test", local, kAnyUser, "other-" + local)).value();
    run(api->users.set_services(me, "one.test", "other-" + local, kAnyUser, {{Service::Imap, ServiceState::Suspended}})).value();
    run(api->users.erase(me, "one.test", "other-" + local, kAnyUser)).value();
    run(api->users.taken(me, "one.test", {"u0", "nobody"})).value();
    run(api->domains.get(me, "one.test")).value();
    run(api->domains.change(me, "one.test", {.timezone = made % 2 == 0 ? "Asia/Tokyo" : "Europe/Rome"})).value();
    run(api->changes.get(me, change)).value();
    run(api->queues.state()).value();
    run(api->queues.list("a", 10)).value();
    if (!oldest.empty()) run(api->changes.get(me, oldest[0].id)).value();
    run(clusters.at("a").pull(api->source(), 4)).value();
    return work.take();
  }
};

void check_same(const Work& before, const Work& after) {
  for (const auto& [statement, steps] : after) {
    const auto found = before.find(statement);
    if (found == before.end() || statement.contains("AS ahead")) continue;  // a position is counted, up to kPositionMost
    CAPTURE(statement);
    CHECK(steps <= found->second * 3 / 2 + 50);
  }
}

TEST_CASE_FIXTURE(Counted, "with many users and much history") {
  add_mailboxes(10);
  settle();
  const auto few = one_of_each();
  REQUIRE(few.size() > 40);
  add_mailboxes(500);
  settle();
  check_same(few, one_of_each());
}

TEST_CASE_FIXTURE(Counted, "with much that waits") {
  add_mailboxes(300);
  run(api->source().next("a", 0, 256)).value();
  const auto few = one_of_each();
  REQUIRE(few.size() > 40);
  add_mailboxes(900);
  check_same(few, one_of_each());
}

}  // namespace
}  // namespace postroad::control
