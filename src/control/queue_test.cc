#include <doctest/doctest.h>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;
using std::chrono::seconds;

// Nothing is connected: requests are queued until settle().
struct Waiting : Control {
  Reseller north = add_reseller(*this, "north");
  Caller me = north.caller;

  ~Waiting() { CHECK(broken_integrity(*this) == ""); }
  Receipt domain(const std::string& name, const std::string& cluster = "a") {
    const auto made = run(api->domains.create(me, {.name = name, .company = {}, .cluster = cluster, .settings = {}})).value();
    run(api->workgroups.create(me, name, "staff")).value();
    return made;
  }
  Receipt mailbox(const std::string& name, const std::string& local) { return run(api->users.create(me, new_mailbox(name, local))).value(); }
  ChangeView change(const Receipt& receipt) { return run(api->changes.get(me, receipt.change)).value(); }
  ChangeState state(const Receipt& receipt) { return change(receipt).state; }
  FakeCluster& cluster() { return clusters.at("a"); }
};

TEST_CASE_FIXTURE(Waiting, "an unreachable cluster: queued at once, applied later, in order") {
  const auto before = world.now();
  const auto made = domain("one.test");
  const auto joe = mailbox("one.test", "joe");
  CHECK(world.now() - before < seconds(1));
  CHECK(joe.state == ChangeState::Queued);
  CHECK(change(made).position == 1);
  CHECK(change(joe).position == 2);
  settle();
  CHECK(state(joe) == ChangeState::Applied);
  CHECK(cluster().applied == std::vector<std::string>{made.change, joe.change});
}

TEST_CASE_FIXTURE(Waiting, "a workgroup of a domain that waits, waits with it") {
  const auto made = run(api->domains.create(me, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
  const auto group = run(api->workgroups.create(me, "one.test", "staff")).value();
  CHECK(group.state == ChangeState::Queued);
  settle();
  CHECK(state(made) == ChangeState::Applied);
  CHECK(state(group) == ChangeState::Applied);
}

TEST_CASE_FIXTURE(Waiting, "a connected cluster that does not answer: queued after two seconds") {
  reach.connected.insert("a");
  const auto before = world.now();
  const auto made = run(api->domains.create(me, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
  CHECK(made.state == ChangeState::Queued);
  CHECK(world.now() - before >= seconds(2));
  CHECK(world.now() - before < seconds(3));
}

TEST_CASE_FIXTURE(Waiting, "a paused cluster: queued at once, and nothing goes out until it is resumed") {
  connect();
  run(api->queues.pause("a")).value();
  const auto before = world.now();
  const auto made = domain("one.test");
  CHECK(world.now() - before < seconds(1));
  CHECK(made.state == ChangeState::Queued);
  world.run_for(seconds(10));
  CHECK(cluster().history.empty());

  const auto views = run(api->queues.state()).value();
  REQUIRE(views.size() == 2);
  CHECK(views[0].is_paused);
  CHECK(views[0].length == 1);
  CHECK(views[0].age >= seconds(10));
  CHECK_FALSE(views[1].is_paused);
  CHECK(run(api->queues.list("a", 10))->at(0).subject == "one.test");

  CHECK(metrics.text().contains("postroad_control_queue_length{cluster=\"a\"} 1\n"));
  CHECK(metrics.text().contains("postroad_control_paused{cluster=\"a\"} 1\n"));

  run(api->queues.resume("a")).value();
  CHECK(run(api->changes.wait(me, made.change, seconds(5)))->state == ChangeState::Applied);
  CHECK(metrics.text().contains("postroad_control_queue_length{cluster=\"a\"} 0\n"));
  CHECK(code_of(run(api->queues.pause("c"))) == code::kNoCluster);
}

TEST_CASE_FIXTURE(Waiting, "a pause survives a restart") {
  run(api->queues.pause("a")).value();
  crash();
  connect();
  CHECK(domain("one.test").state == ChangeState::Queued);
  world.run_for(seconds(5));
  CHECK(cluster().history.empty());
  CHECK(domain("two.test", "b").state == ChangeState::Applied);
}

TEST_CASE_FIXTURE(Waiting, "nothing is handed out while something that it depends on is unsettled") {
  domain("one.test");
  mailbox("one.test", "joe");
  const auto first = run(api->source().next("a", 0, 256)).value();
  REQUIRE(first.size() == 1);
  CHECK(std::holds_alternative<feed::PutDomain>(first[0].payload));
}

TEST_CASE_FIXTURE(Waiting, "what was handed out once is handed out again, the same") {
  domain("one.test");
  domain("two.test");
  const auto first = run(api->source().next("a", 0, 256)).value();
  domain("three.test");
  const auto again = run(api->source().next("a", 0, 2)).value();
  CHECK(first == again);
  CHECK(run(api->source().next("a", first.back().position, 256)).value().size() == 1);
}

TEST_CASE_FIXTURE(Waiting, "the feed holds at most 256 changes") {
  for (int n = 0; n < 300; ++n) run(api->domains.create(me, {.name = "d" + std::to_string(n) + ".test", .company = {}, .cluster = "a", .settings = {}})).value();
  CHECK(run(api->source().next("a", 0, 1000)).value().size() == feed::kBatchChanges);
  CHECK(run(api->queues.state()).value()[0].in_feed == feed::kBatchChanges);
  settle();
  CHECK(cluster().applied.size() == 300);
}

TEST_CASE_FIXTURE(Waiting, "a lost acknowledgement is given again and changes nothing") {
  const auto made = domain("one.test");
  run(cluster().pull(api->source(), 256, true)).value();
  CHECK(state(made) == ChangeState::Queued);
  CHECK(cluster().history.size() == 1);
  settle();
  CHECK(state(made) == ChangeState::Applied);
  CHECK(cluster().history.size() == 1);
  // And once more, as a reader of an old log might.
  CHECK(run(api->source().settle("a", {{1, made.change, false, "changed its mind"}})));
  CHECK(state(made) == ChangeState::Applied);
  CHECK(run(api->source().standing("a"))->acknowledged == 1);
}

TEST_CASE_FIXTURE(Waiting, "a settlement at another position than the change's own is an error") {
  const auto made = domain("one.test");
  run(api->source().next("a", 0, 256)).value();
  CHECK(run(api->source().settle("a", {{7, made.change, true, ""}})).error().fault == Fault::Broken);
  CHECK(state(made) == ChangeState::Queued);
  CHECK(run(api->source().standing("c")).error().fault == Fault::NotFound);
}

TEST_CASE_FIXTURE(Waiting, "a refusal takes back the change and all that depend on it, and nothing else") {
  domain("one.test");
  settle();
  auto ann = new_mailbox("one.test", "ann");
  ann.settings.password = "{SHA256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=";
  const auto other = run(api->users.create(me, ann)).value();
  const auto before = projection(*this);
  const auto joe = mailbox("one.test", "joe");
  const auto alias = run(api->users.create_alias(me, "one.test", "sales", "joe")).value();
  const auto catch_all = run(api->domains.set_catch_all(me, "one.test", "sales"));
  CHECK(code_of(catch_all) == code::kNoUser);
  const auto all = run(api->domains.set_catch_all(me, "one.test", "joe")).value();
  const auto rename = run(api->users.rename(me, "one.test", "joe", kAnyUser, "jim")).value();
  const auto reuse = mailbox("one.test", "joe");

  cluster().refuses = [&](const feed::Change& change) -> std::optional<std::string> {
    if (change.id == joe.change) return "no room";
    return std::nullopt;
  };
  settle();
  CHECK(state(joe) == ChangeState::Refused);
  CHECK(change(joe).reason == "no room");
  for (const auto& dependent : {alias, all, rename, reuse}) CHECK(state(dependent) == ChangeState::Cancelled);
  CHECK(change(alias).reason == "it depends on account.put of joe@one.test, which was refused: no room");
  CHECK(state(other) == ChangeState::Applied);
  CHECK(projection(*this) == before);
  CHECK(cluster().accounts.size() == 1);
}

TEST_CASE_FIXTURE(Waiting, "whose change was refused is not told to others") {
  const auto south = add_reseller(*this, "south");
  domain("one.test");
  settle();
  const auto gone = run(api->domains.erase(me, "one.test", false)).value();
  const auto taken = run(api->domains.create(south.caller, {.name = "one.test", .company = {}, .cluster = "a", .settings = {}})).value();
  cluster().refuses = [](const feed::Change&) { return "it is north's"; };
  settle();
  CHECK(change(gone).reason == "it is north's");
  const auto cancelled = run(api->changes.get(south.caller, taken.change)).value();
  CHECK(cancelled.state == ChangeState::Cancelled);
  CHECK(cancelled.reason == "what it depends on was refused");
}

TEST_CASE_FIXTURE(Waiting, "a refused deletion brings everything back") {
  domain("one.test");
  mailbox("one.test", "joe");
  run(api->users.create_alias(me, "one.test", "sales", "joe")).value();
  run(api->domains.set_administrator(me, "one.test", "joe", true)).value();
  settle();
  const auto before = projection(*this);
  const auto gone = run(api->users.erase(me, "one.test", "joe", kAnyUser)).value();
  const auto group = run(api->workgroups.erase(me, "one.test", "staff", false)).value();
  CHECK(group.state == ChangeState::Queued);
  cluster().refuses = [&](const feed::Change&) { return "not now"; };
  settle();
  CHECK(state(gone) == ChangeState::Refused);
  CHECK(state(group) == ChangeState::Cancelled);
  CHECK(projection(*this) == before);
}

TEST_CASE_FIXTURE(Waiting, "a caller that waits hears of a refusal") {
  connect();
  domain("one.test");
  cluster().refuses = [](const feed::Change&) { return "no room"; };
  const auto made = run(api->users.create(me, new_mailbox("one.test", "joe")));
  CHECK(code_of(made) == code::kClusterRefused);
  CHECK(made.error().text == "the cluster can't take the change: no room");
  CHECK(code_of(run(api->users.get(me, "one.test", "joe", kAnyUser))) == code::kNoUser);
}

TEST_CASE_FIXTURE(Waiting, "a name moves between clusters only after the first has let it go") {
  domain("one.test", "a");
  settle();
  run(api->domains.erase(me, "one.test", false)).value();
  const auto made = run(api->domains.create(me, {.name = "one.test", .company = {}, .cluster = "b", .settings = {}})).value();
  CHECK(run(clusters.at("b").pull(api->source())).value() == 0);
  run(cluster().pull(api->source())).value();
  CHECK(reach.rings["b"] > 0);
  CHECK(run(clusters.at("b").pull(api->source())).value() == 1);
  CHECK(state(made) == ChangeState::Applied);
}

TEST_CASE_FIXTURE(Waiting, "past the limit of the queue a request is Busy, and nothing of it stays") {
  options.queue_most = 2;
  stop();
  start().value();
  domain("one.test");
  mailbox("one.test", "joe");
  const auto before = projection(*this);
  CHECK(code_of(run(api->users.create(me, new_mailbox("one.test", "jim")))) == code::kBusy);
  CHECK(projection(*this) == before);
  settle();
  CHECK(run(api->users.create(me, new_mailbox("one.test", "jim"))));
}

TEST_CASE_FIXTURE(Waiting, "reports: of two the newer one stays") {
  const auto report = [&](std::uint64_t version, const std::string& value) { return run(api->source().report("a", {{"usage/x", version, value}})).has_value(); };
  CHECK(report(2, "two"));
  CHECK(report(1, "one"));
  CHECK(query("SELECT value FROM reports")[0][0].text() == "two");
  CHECK(report(3, "three"));
  CHECK(query("SELECT value FROM reports")[0][0].text() == "three");
}

TEST_CASE_FIXTURE(Waiting, "what waits together is committed together") {
  options.client_at_once = 1000;
  stop();
  start().value();
  const auto before = disk.syncs();
  std::size_t done = 0;
  for (int n = 0; n < 200; ++n) {
    struct Run {
      static io::Task<void> create(Api& api, Caller caller, std::string name, std::size_t& done) {
        const auto made = co_await api.domains.create(caller, {.name = name, .company = {}, .cluster = "a", .settings = {}});
        done += made ? 1 : 0;
      }
    };
    loop->spawn(Run::create(*api, me, "d" + std::to_string(n) + ".test", done), "create");
  }
  world.run_until_idle();
  CHECK(done == 200);
  CHECK(disk.syncs() - before <= 3);
}

}  // namespace
}  // namespace postroad::control
