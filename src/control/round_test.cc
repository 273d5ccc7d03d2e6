#include "control/round.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "control/testing.h"

namespace postroad::control {
namespace {
using namespace testing;
using std::chrono::seconds;

constexpr const char* kHash = "{SHA256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=";

// Several resellers, each with a domain at its cluster; what they ask for from then on waits.
struct Crowd : Control {
  explicit Crowd(Options chosen = test_options()) : Control(1, std::move(chosen)) {
    for (const char* name : {"north", "south", "east"}) add(name);
    settle();
  }
  ~Crowd() { CHECK(broken_integrity(*this) == ""); }

  void add(const std::string& name) {
    resellers.emplace(name, add_reseller(*this, name));
    run(api->domains.create(me(name), {.name = name + ".test", .company = {}, .cluster = "a", .settings = {}})).value();
    run(api->workgroups.create(me(name), name + ".test", "staff")).value();
  }
  Caller me(const std::string& name) { return resellers.at(name).caller; }
  Receipt mailbox(const std::string& name, const std::string& domain, const std::string& local, const std::string& password = kHash) {
    auto spec = new_mailbox(domain, local);
    spec.settings.password = password;
    return run(api->users.create(me(name), spec)).value();
  }
  void mailboxes(const std::string& name, int count) {
    for (int n = 0; n < count; ++n) mailbox(name, name + ".test", "u" + std::to_string(made++));
  }
  // Whose the changes are that the next pull of so many gives, by the first letter of the company's name.
  std::string pull(std::size_t most) {
    auto& cluster = clusters.at("a");
    const auto from = cluster.history.size();
    run(cluster.pull(api->source(), most)).value();
    std::string order;
    for (auto at = from; at < cluster.history.size(); ++at) order += letter(cluster.history[at].id);
    return order;
  }
  // The next so many, in as many rounds as the feed makes of them: it is short beside requests for single changes.
  std::string pull_rounds(std::size_t total) {
    std::string order;
    for (std::string some; order.size() < total && !(some = pull(total - order.size())).empty();) order += some;
    return order;
  }
  std::size_t in_feed() { return static_cast<std::size_t>(query("SELECT count(*) FROM queue WHERE cluster = 'a' AND stage = 2")[0][0].number()); }
  char letter(const std::string& change) {
    const auto rows = query("SELECT o.name FROM changes c JOIN companies o ON o.id = c.company WHERE c.id = $1", {change});
    return rows[0][0].text()[0];
  }
  std::string client(const std::string& name) { return resellers.at(name).company.id; }
  void rule(const std::string& name, ClientRule rule) {
    auto& queues = api->queues;
    const auto root = Caller::system();
    const auto of = name + ".adm";
    if (rule.is_held) run(queues.hold(root, of)).value();
    else if (rule.per_hour > 0) run(queues.throttle(root, of, rule.per_hour)).value();
    else run(queues.release(root, of)).value();
  }

  std::map<std::string, Reseller> resellers;
  int made = 0;
};

TEST_CASE_FIXTURE(Crowd, "clients take turns") {
  mailboxes("north", 40);
  mailboxes("south", 3);
  mailboxes("east", 20);
  CHECK(pull(256) == "nnnnnnnnssseeeeeeeennnnnnnneeeeeeeennnnnnnneeeennnnnnnnnnnnnnnn");
}

TEST_CASE_FIXTURE(Crowd, "a flood gets the leftovers: whoever comes later overtakes it") {
  mailboxes("north", 1400);
  CHECK(pull_rounds(256) == std::string(256, 'n'));
  mailboxes("south", 20);
  const auto filled = in_feed();  // before the other came
  auto next = pull_rounds(filled + 64);
  next.erase(0, filled);
  CHECK(next.rfind('s') < 26);  // two changes of the flood for eight of the other's
  CHECK(std::ranges::count(next, 's') == 20);
}

TEST_CASE("where the feed is not fair, the order is that of acceptance") {
  auto options = test_options();
  options.is_fair = false;
  Crowd crowd(options);
  crowd.mailboxes("north", 300);
  crowd.mailboxes("south", 1);
  CHECK(crowd.pull_rounds(301) == std::string(300, 'n') + "s");
}

TEST_CASE_FIXTURE(Crowd, "a turn that the feed's room cut short goes on, and is no more than a turn") {
  mailboxes("north", 256);
  run(api->source().next("a", 0, 1)).value();
  const auto filled = in_feed();
  CHECK(filled >= 100);
  mailboxes("north", 30);
  mailboxes("south", 30);
  std::string order;
  for (int n = 0; n < 300; ++n) order += pull(1);  // room for one each time
  order.erase(0, filled);
  const auto rest = 8 - filled % 8;  // of north's turn
  CHECK(order.substr(0, 24 + rest) == std::string(rest, 'n') + "ssssssssnnnnnnnnssssssss");
}

TEST_CASE_FIXTURE(Crowd, "a change that waits for another client's pulls it forward") {
  resellers.emplace("branch", add_reseller(*this, "branch", client("north")));
  mailboxes("north", 300);
  pull(256);
  // North's flood is 44 and what comes now; the branch's mailbox waits for north's domain, which is far behind.
  mailboxes("north", 600);
  run(api->domains.create(me("north"), {.name = "new.test", .company = client("branch"), .cluster = "a", .settings = {}})).value();
  run(api->workgroups.create(me("north"), "new.test", "staff")).value();
  mailboxes("north", 100);
  const auto mine = mailbox("branch", "new.test", "joe");
  pull(256);
  pull(256);
  CHECK(run(api->changes.get(me("branch"), mine.change))->state == ChangeState::Applied);
  CHECK(query("SELECT count(*) FROM queue")[0][0].number() > 200);
}

TEST_CASE_FIXTURE(Crowd, "a long chain is walked in pieces, and comes forward all the same") {
  resellers.emplace("branch", add_reseller(*this, "branch", client("north")));
  run(api->domains.create(me("north"), {.name = "new.test", .company = client("branch"), .cluster = "a", .settings = {}})).value();
  run(api->workgroups.create(me("north"), "new.test", "staff")).value();
  settle();
  mailboxes("north", 600);
  for (int n = 0; n < 700; ++n) run(api->domains.change(me("north"), "new.test", {.timezone = n % 2 == 0 ? "Asia/Tokyo" : "Europe/Rome"})).value();
  const auto mine = mailbox("branch", "new.test", "joe");
  CHECK(query("SELECT count(*) FROM pulled")[0][0].number() < 300);
  for (int n = 0; n < 2000 && run(api->changes.get(me("branch"), mine.change))->state == ChangeState::Queued; ++n) pull(8);
  CHECK(run(api->changes.get(me("branch"), mine.change))->state == ChangeState::Applied);
  settle();
  CHECK(query("SELECT count(*) FROM pulled")[0][0].number() == 0);
}

TEST_CASE_FIXTURE(Crowd, "who is held gets nothing out, and others do; released, it goes on") {
  mailboxes("north", 5);
  rule("north", {.is_held = true});
  mailboxes("north", 5);
  mailboxes("south", 2);
  CHECK(pull(256) == "ss");
  crash();
  CHECK(pull(256).empty());
  rule("north", {});
  CHECK(pull(256) == std::string(10, 'n'));
}

TEST_CASE_FIXTURE(Crowd, "what another client waits for goes out although its client is held") {
  resellers.emplace("branch", add_reseller(*this, "branch", client("north")));
  rule("north", {.is_held = true});
  run(api->domains.create(me("north"), {.name = "new.test", .company = client("branch"), .cluster = "a", .settings = {}})).value();
  run(api->workgroups.create(me("north"), "new.test", "staff")).value();
  mailboxes("north", 3);
  mailbox("branch", "new.test", "joe");
  CHECK(pull(256) == "b");
  CHECK(pull(256) == "b");
  CHECK(pull(256).empty());
}

TEST_CASE_FIXTURE(Crowd, "who is slowed gets out so many an hour, whatever it has") {
  mailboxes("north", 50);
  rule("north", {.per_hour = 3600});
  CHECK(pull(256) == "n");  // what was saved up in a second
  CHECK(pull(256).empty());
  world.run_for(seconds(1));
  CHECK(reach.rings["a"] > 0);
  CHECK(pull(256) == "n");
  world.run_for(seconds(10));
  CHECK(pull(256) == "n");
  rule("north", {.per_hour = 3600 * 1000});
  world.run_for(seconds(10));
  CHECK(pull(256) == std::string(47, 'n'));
}

TEST_CASE_FIXTURE(Crowd, "a connected cluster is rung when a slowed client may go on") {
  connect();
  rule("north", {.per_hour = 3600});
  mailboxes("north", 4);
  world.run_for(seconds(10));
  CHECK(query("SELECT count(*) FROM queue")[0][0].number() == 0);
}

TEST_CASE_FIXTURE(Crowd, "a slowed client goes on at its rate when the clock has gone back") {
  rule("north", {.per_hour = 3600});
  mailboxes("north", 10);
  CHECK(pull(256) == "n");
  clock.jump(-std::chrono::hours(3));
  CHECK(pull(256).empty());  // it may be awake, and has had its second
  world.run_for(seconds(1));
  CHECK(pull(256) == "n");
  CHECK(pull(256).empty());  // asleep
  clock.jump(-std::chrono::hours(3));
  pull(256);
  world.run_for(seconds(1));
  CHECK(pull(256) == "n");
  clock.jump(std::chrono::hours(6));
  CHECK(pull(256) == "n");
  CHECK(pull(256).empty());
  rule("north", {.is_held = true});
  clock.jump(-std::chrono::hours(3));
  rule("north", {.per_hour = 3600});  // awake, and has had its change in time to come
  CHECK(pull(256).empty());
  world.run_for(seconds(1));
  CHECK(pull(256) == "n");
}

TEST_CASE_FIXTURE(Crowd, "a chosen password is hashed at its client's expense") {
  for (int n = 0; n < 30; ++n) mailbox("north", "north.test", "secret" + std::to_string(n), "a chosen password");
  mailboxes("south", 40);
  CHECK(query("SELECT count(*) FROM credentials WHERE password_hash LIKE '{SEALED}%'")[0][0].number() == 30);
  CHECK(pull(256) == std::string(40, 's'));
  CHECK(query("SELECT count(*) FROM queue WHERE stage = 3")[0][0].number() <= kHashingMost);
  settle();
  CHECK(query("SELECT count(*) FROM credentials WHERE password_hash LIKE '{SEALED}%'")[0][0].number() == 0);
  CHECK(clusters.at("a").accounts.size() == 70);
  for (const auto& [account, hash] : clusters.at("a").hashes) CHECK_FALSE(hash.starts_with("{SEALED}"));
  CHECK(run(api->users.verify_password(me("north"), "north.test", "secret7", "a chosen password")));
}

TEST_CASE_FIXTURE(Crowd, "clients whose passwords wait to be hashed take turns, too, whatever their ids") {
  for (const char* name : {"north", "south"})
    for (int n = 0; n < 30; ++n) mailbox(name, std::string(name) + ".test", "secret" + std::to_string(n), "a chosen password");
  const auto now = loop->clock().now();
  stop();
  auto sql = database.connect(sql::Access::Write).value();
  sql->begin().value();
  std::deque<std::int64_t> hashing;
  std::string order;
  for (int n = 0; n < 50; ++n) {  // hashes take their time, and are done one by one
    for (const auto seq : fill_feed(*sql, {.cluster = "a", .most = 256, .now = now}).value().to_hash) {
      hashing.push_back(seq);
      order += sql->run("SELECT o.name FROM changes c JOIN companies o ON o.id = c.company WHERE c.seq = $1", {seq}).value()[0][0].text()[0];
    }
    REQUIRE_FALSE(hashing.empty());
    became_hashed(*sql, hashing.front(), "a").value();
    hashing.pop_front();
  }
  sql->rollback();
  sql.reset();
  start().value();
  CHECK(std::ranges::count(order.substr(0, 40), 'n') == 20);
}

TEST_CASE_FIXTURE(Crowd, "a chosen password is verified while it waits, and after a crash while it is hashed") {
  mailbox("north", "north.test", "joe", "a chosen password");
  CHECK(run(api->users.verify_password(me("north"), "north.test", "joe", "a chosen password")));
  CHECK(code_of(run(api->users.verify_password(me("north"), "north.test", "joe", "another"))) == code::kWrongPassword);
  run(api->source().next("a", 0, 256)).value();
  CHECK(query("SELECT stage FROM queue")[0][0].number() >= 3);
  crash();
  settle();
  CHECK(clusters.at("a").accounts.size() == 1);
  CHECK(run(api->users.verify_password(me("north"), "north.test", "joe", "a chosen password")));
}

TEST_CASE_FIXTURE(Crowd, "a password change that is taken back brings back the hash, not the sealed one") {
  mailbox("north", "north.test", "joe", "the first");
  UserSettings another;
  another.password = "the second";
  const auto second = run(api->users.change(me("north"), "north.test", "joe", kAnyUser, another)).value();
  clusters.at("a").refuses = [&](const feed::Change& change) -> std::optional<std::string> {
    return change.id == second.change ? std::optional<std::string>("no") : std::nullopt;
  };
  settle();
  CHECK(run(api->users.verify_password(me("north"), "north.test", "joe", "the first")));
  CHECK(query("SELECT count(*) FROM credentials WHERE password_hash LIKE '{SEALED}%'")[0][0].number() == 0);
}

TEST_CASE_FIXTURE(Crowd, "a password sealed by a key that is lost refuses its change") {
  const auto made = mailbox("north", "north.test", "joe", "a chosen password");
  stop();
  options.seal_key = std::string(64, '8');
  start().value();
  const auto me = run(api->sign_in.verify("admin", "north.adm", "secret-north", "test", "192.0.2.1")).value();
  settle();
  const auto view = run(api->changes.get(me, made.change)).value();
  CHECK(view.state == ChangeState::Refused);
  CHECK(view.reason == "its password can't be read any more");
  CHECK(code_of(run(api->users.get(me, "north.test", "joe", kAnyUser))) == code::kNoUser);
}

TEST_CASE("without a key nothing starts") {
  auto options = test_options();
  Control control(1, options);
  control.stop();
  control.options.seal_key.clear();
  CHECK(control.start().error().text == "expected a key of 64 hexadecimal digits");
}

}  // namespace
}  // namespace postroad::control
