#include <doctest/doctest.h>

#include <algorithm>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;
using std::chrono::seconds;

constexpr const char* kHash = "{SHA256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=";

// Two resellers with a domain each at the cluster a; what they ask for from then on waits.
struct Levers : Control {
  Levers() {
    for (const char* name : {"north", "south"}) {
      resellers.emplace(name, add_reseller(*this, name));
      domain(name, std::string(name) + ".test");
    }
    settle();
  }
  ~Levers() { CHECK(broken_integrity(*this) == ""); }

  Caller me(const std::string& name) { return resellers.at(name).caller; }
  Receipt domain(const std::string& name, const std::string& domain) {
    const auto receipt = run(api->domains.create(me(name), {.name = domain, .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(me(name), domain, "staff")).value();
    return receipt;
  }
  Receipt mailbox(const std::string& name, const std::string& domain) {
    auto spec = new_mailbox(domain, "u" + std::to_string(made++));
    spec.settings.password = kHash;
    return run(api->users.create(me(name), spec)).value();
  }
  void mailboxes(const std::string& name, int count) {
    for (int n = 0; n < count; ++n) mailbox(name, name + ".test");
  }
  CancelView cancel(const QueueFilter& filter) {
    run(api->queues.cancel(root, filter)).value();
    world.run_for(seconds(60));
    auto view = run(api->queues.cancellations(root)).value().at(0);
    CHECK(view.is_done);
    CHECK(view.failure == "");
    return view;
  }
  ChangeState state(const Receipt& receipt) { return run(api->changes.get(root, receipt.change))->state; }
  std::int64_t length() { return query("SELECT count(*) FROM queue")[0][0].number(); }

  const Caller root = Caller::system();
  std::map<std::string, Reseller> resellers;
  int made = 0;
};

TEST_CASE_FIXTURE(Levers, "state tells length, rate, when it is empty, and who is heaviest") {
  mailboxes("north", 30);
  mailboxes("south", 3);
  auto view = run(api->queues.state()).value()[0];
  CHECK(view.length == 33);
  CHECK_FALSE(view.drains_in);
  REQUIRE(view.heaviest.size() == 2);
  CHECK(view.heaviest[0].name == "north.adm");
  CHECK(view.heaviest[0].queued == 30);
  CHECK(view.heaviest[1].name == "south.adm");

  // A cluster that settles ten in two seconds. The pace is not remembered over a start.
  crash();
  reach.connected.insert("a");
  const auto changes = run(api->source().next("a", 0, 10)).value();
  world.run_for(seconds(2));
  std::vector<feed::Settled> settled;
  for (const auto& change : changes) settled.push_back({change.position, change.id, true, ""});
  run(api->source().settle("a", settled)).value();
  view = run(api->queues.state()).value()[0];
  CHECK(view.length == 23);
  CHECK(view.per_second == doctest::Approx(5).epsilon(0.05));
  CHECK(view.drains_in == seconds(5));
  CHECK(metrics.text().contains("postroad_control_queue_drain_seconds{cluster=\"a\"} 5\n"));
  CHECK(metrics.text().contains("postroad_control_queue_heaviest{cluster=\"a\"} " + std::to_string(view.heaviest[0].queued) + "\n"));
  run(api->queues.pause("a")).value();
  CHECK_FALSE(run(api->queues.state()).value()[0].drains_in);
}

TEST_CASE_FIXTURE(Levers, "the rate, and so the time until it is empty, is the queue's and not the cluster's alone") {
  run(api->queues.throttle(root, "north.adm", 3600)).value();  // one a second; the cluster takes no time
  mailboxes("north", 30);
  reach.connected.insert("a");
  for (int n = 0; n < 15; ++n) {
    world.run_for(seconds(1));
    run(clusters.at("a").pull(api->source())).value();
  }
  const auto view = run(api->queues.state()).value()[0];
  CHECK(view.length > 10);
  CHECK(view.per_second == doctest::Approx(1).epsilon(0.3));
  REQUIRE(view.drains_in);
  CHECK(view.drains_in->count() == doctest::Approx(static_cast<double>(view.length)).epsilon(0.3));
}

TEST_CASE_FIXTURE(Levers, "hold, throttle and release a client by name; it is listed, kept, and written down") {
  mailboxes("north", 2);
  run(api->queues.hold(root, "north.adm")).value();
  CHECK(mailbox("north", "north.test").state == ChangeState::Queued);
  CHECK(run(clusters.at("a").pull(api->source())).value() == 0);
  crash();
  CHECK(run(clusters.at("a").pull(api->source())).value() == 0);
  auto clients = run(api->queues.clients(root, 10)).value();
  REQUIRE(clients.size() == 1);
  CHECK(clients[0].is_held);
  run(api->queues.throttle(root, "north.adm", 3600)).value();
  CHECK(run(clusters.at("a").pull(api->source())).value() == 1);
  CHECK(run(api->queues.clients(root, 10)).value()[0].per_hour == 3600);
  run(api->queues.state()).value();
  CHECK(metrics.text().contains("postroad_control_clients_held 0\n"));
  CHECK(metrics.text().contains("postroad_control_clients_slowed 1\n"));
  run(api->queues.release(root, "north.adm")).value();
  CHECK(run(clusters.at("a").pull(api->source())).value() == 2);

  CHECK(code_of(run(api->queues.hold(root, "nobody.adm"))) == code::kNoCompany);
  CHECK(code_of(run(api->queues.throttle(root, "north.adm", 0))) == code::kBadValue);
  CHECK(code_of(run(api->queues.hold(me("north"), "south.adm"))) == code::kNotAllowed);
  CHECK(code_of(run(api->queues.cancel(me("north"), {}))) == code::kNotAllowed);
  CHECK(code_of(run(api->queues.history(me("north"), {}, 0, 10))) == code::kNotAllowed);
  const auto levers = run(api->queues.levers(root, 10)).value();
  REQUIRE(levers.size() == 3);
  CHECK(levers[0].action == "release");
  CHECK(levers[1].detail == "3600 an hour");
  CHECK(levers[2].target == "north.adm");
}

TEST_CASE_FIXTURE(Levers, "a held client's answer is `queued` at once") {
  connect();
  run(api->queues.hold(root, "north.adm")).value();
  const auto before = world.now();
  CHECK(mailbox("north", "north.test").state == ChangeState::Queued);
  CHECK(world.now() - before < seconds(1));
  CHECK(mailbox("south", "south.test").state == ChangeState::Applied);
  run(api->queues.release(root, "north.adm")).value();
}

TEST_CASE_FIXTURE(Levers, "cancel by client: what is in the feed is too late, what depends goes too, others stay") {
  const auto before = projection(*this);
  const auto fed = mailbox("north", "north.test");
  run(api->source().next("a", 0, 256)).value();
  const auto fresh = domain("north", "new.test");
  mailboxes("north", 20);
  mailbox("north", "new.test");
  const auto south = mailbox("south", "south.test");

  const auto plan = run(api->queues.plan_cancel(root, {.client = "north.adm"})).value();
  CHECK(plan.id.empty());
  CHECK(plan.matched == 23);  // the domain, its workgroup, and the mailboxes
  CHECK(plan.dependents == 0);
  CHECK(plan.too_late == 1);
  CHECK(length() == 25);

  const auto view = cancel({.client = "north.adm"});
  CHECK(view.matched == plan.matched);
  CHECK(view.cancelled == plan.matched);
  CHECK(view.too_late == 1);
  CHECK(length() == 2);
  CHECK(state(fresh) == ChangeState::Cancelled);
  CHECK(run(api->changes.get(me("north"), fresh.change))->reason == "cancelled by an operator");
  settle();
  CHECK(state(fed) == ChangeState::Applied);
  CHECK(state(south) == ChangeState::Applied);
  CHECK(clusters.at("a").history.size() == 4);
  CHECK(projection(*this).size() > before.size());
}

TEST_CASE_FIXTURE(Levers, "cancel by kind takes dependents of any kind and client, and says how many") {
  const auto before = projection(*this);
  run(api->queues.hold(root, "north.adm")).value();
  const auto fresh = run(api->domains.create(root, {.name = "new.test", .company = resellers.at("south").company.id, .cluster = "a", .settings = {}})).value();
  run(api->workgroups.create(root, "new.test", "staff")).value();
  for (int n = 0; n < 450; ++n) mailbox("south", "new.test");
  const auto plan = run(api->queues.plan_cancel(root, {.kind = "domain.put"})).value();
  CHECK(plan.matched == 1);
  CHECK(plan.dependents == 451);
  CHECK(plan.others == 450);
  const auto commits = metrics.counter("postroad_control_commits_total", "").value();
  const auto view = cancel({.kind = "domain.put"});
  CHECK(view.cancelled == 452);
  CHECK(metrics.counter("postroad_control_commits_total", "").value() - commits >= 4);  // none holds up the others for long
  CHECK(state(fresh) == ChangeState::Cancelled);
  CHECK(projection(*this) == before);
  CHECK(length() == 0);
}

TEST_CASE_FIXTURE(Levers, "a crash amid a cancellation leaves the rest queued and whole") {
  run(api->domains.create(root, {.name = "new.test", .company = resellers.at("south").company.id, .cluster = "a", .settings = {}})).value();
  run(api->workgroups.create(root, "new.test", "staff")).value();
  for (int n = 0; n < 900; ++n) mailbox("south", "new.test");
  run(api->queues.cancel(root, {.kind = "domain.put"})).value();
  while (query("SELECT count(*) FROM queue WHERE stage = 5")[0][0].number() == 0 || length() > 800) world.run_for(std::chrono::microseconds(200));
  CHECK(length() > 0);
  CHECK(run(clusters.at("a").pull(api->source())).value() == 0);
  crash();
  CHECK(broken_integrity(*this) == "");
  settle();
  CHECK(length() == 0);
  CHECK(clusters.at("a").accounts.size() > 0);
  CHECK(clusters.at("a").accounts.size() < 900);
}

TEST_CASE_FIXTURE(Levers, "filters: domain, age, cluster, all of them") {
  mailboxes("north", 3);
  world.run_for(seconds(100));
  mailboxes("south", 2);
  domain("south", "far.test");
  const auto matched = [&](const QueueFilter& filter) { return run(api->queues.plan_cancel(root, filter)).value().matched; };
  CHECK(matched({}) == 7);
  CHECK(matched({.domain = "north.test"}) == 3);
  CHECK(matched({.domain = "far.test"}) == 1);
  CHECK(matched({.older_than = seconds(50)}) == 3);
  CHECK(matched({.cluster = "b"}) == 0);
  CHECK(matched({.client = "south.adm", .kind = "account.put"}) == 2);
  CHECK(code_of(run(api->queues.plan_cancel(root, {.client = "nobody.adm"}))) == code::kNoCompany);

  const auto page = run(api->queues.find(root, {.client = "north.adm"}, 0, 2)).value();
  CHECK(page.rows.size() == 2);
  CHECK(run(api->queues.find(root, {.client = "north.adm"}, page.next, 2))->rows.size() == 1);
}

TEST_CASE_FIXTURE(Levers, "history: newest first, filtered, page by page") {
  mailboxes("north", 3);
  mailboxes("south", 3);
  settle();
  auto page = run(api->queues.history(root, {.kind = "account.put"}, 0, 4)).value();
  REQUIRE(page.rows.size() == 4);
  CHECK(page.rows[0].subject == "u5@south.test");
  page = run(api->queues.history(root, {.kind = "account.put"}, page.next, 4)).value();
  CHECK(page.rows.size() == 2);
  CHECK(page.next == 0);
  CHECK(run(api->queues.history(root, {.client = "south.adm"}, 0, 100))->rows.size() == 5);
}

TEST_CASE_FIXTURE(Levers, "retry asks again for what was refused, unless things have changed") {
  const auto joe = mailbox("north", "north.test");
  const auto alias = run(api->users.create_alias(me("north"), "north.test", "sales", "u0")).value();
  const auto before = projection(*this);
  clusters.at("a").refuses = [](const feed::Change&) { return "no room"; };
  settle();
  CHECK(state(joe) == ChangeState::Refused);
  clusters.at("a").refuses = [](const feed::Change&) { return std::nullopt; };

  CHECK(code_of(run(api->queues.retry(root, alias.change))) == "conflict what the change is about has changed since; ask for it anew");
  const auto again = run(api->queues.retry(root, joe.change)).value();
  const auto both = run(api->queues.retry(root, alias.change)).value();
  CHECK(metrics.text().contains("postroad_control_retried_total 2\n"));
  CHECK(projection(*this) == before);
  settle();
  CHECK(state(again) == ChangeState::Applied);
  CHECK(state(both) == ChangeState::Applied);
  CHECK(clusters.at("a").aliases.size() == 1);
  CHECK(code_of(run(api->queues.retry(root, joe.change))) == code::kNoChange);
  CHECK(code_of(run(api->queues.retry(root, again.change))) == code::kNoChange);
  CHECK(code_of(run(api->queues.retry(root, "nonsense"))) == code::kNoChange);
}

TEST_CASE_FIXTURE(Levers, "retry takes no name that is another's by now") {
  run(api->queues.hold(root, "north.adm")).value();
  const auto first = mailbox("north", "north.test");
  cancel({.kind = "account.put"});
  made = 0;
  const auto second = mailbox("north", "north.test");
  CHECK(code_of(run(api->queues.retry(root, first.change))) == "conflict what the change is about has changed since; ask for it anew");
  run(api->queues.release(root, "north.adm")).value();
  settle();
  CHECK(state(second) == ChangeState::Applied);
}

TEST_CASE_FIXTURE(Levers, "retry of a deletion leaves nothing behind that came since") {
  mailbox("north", "north.test");
  settle();
  run(api->queues.hold(root, "north.adm")).value();
  const auto gone = run(api->users.erase(me("north"), "north.test", "u0", {UserType::Mailbox})).value();
  cancel({.kind = "account.delete"});
  run(api->users.create_alias(me("north"), "north.test", "sales", "u0")).value();
  CHECK(code_of(run(api->queues.retry(root, gone.change))) == "conflict what the change is about has changed since; ask for it anew");
  run(api->users.erase(me("north"), "north.test", "sales", {UserType::Alias})).value();
  CHECK(outcome(run(api->queues.retry(root, gone.change))) == "queued");
  run(api->queues.release(root, "north.adm")).value();
  settle();
  CHECK(clusters.at("a").accounts.empty());
  CHECK(clusters.at("a").aliases.empty());
}

TEST_CASE_FIXTURE(Levers, "retry of a domain's deletion leaves no users behind") {
  domain("north", "new.test");
  settle();
  run(api->queues.hold(root, "north.adm")).value();
  const auto gone = run(api->domains.erase(me("north"), "new.test", false)).value();
  cancel({.kind = "domain.delete"});
  mailbox("north", "new.test");
  CHECK(code_of(run(api->queues.retry(root, gone.change))) == "conflict what the change is about has changed since; ask for it anew");
  run(api->queues.release(root, "north.adm")).value();
  settle();
}

}  // namespace
}  // namespace postroad::control
