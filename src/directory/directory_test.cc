#include "directory/directory.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "directory/testing.h"
#include "io/simulated.h"
#include "store/memory/memory.h"

namespace postroad::directory {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using store::memory::Fate;
namespace simulated = io::simulated;

const std::string kHash = "{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0";

// A cluster's node on a disk that outlives it. Destroying it is a crash.
struct Node {
  Node(simulated::World& world, store::memory::Disk& disk, Options options = {.shards = 4})
      : loop(world, "home"),
        other(world, "other"),
        store(store::memory::open(disk)),
        directory(loop, *store, silence, metrics, std::move(options)) {}
  ~Node() {
    loop.kill();
    other.kill();
  }

  Result<> open() { return loop.world().run(loop, directory.open()); }
  Result<std::vector<feed::Settled>> apply(feed::Batch batch, std::string log = "log") {
    return loop.world().run(loop, directory.apply(std::move(log), std::move(batch)));
  }

  simulated::Loop loop;
  simulated::Loop other;
  std::unique_ptr<store::Store> store;
  log::Silence silence;
  metrics::Registry metrics;
  Directory directory;
};

struct Fixture {
  explicit Fixture(std::uint64_t seed = 1) : world(seed), disk(seed) { restart(); }
  void restart() {
    node.reset();
    node = std::make_unique<Node>(world, disk);
    const auto opened = node->open();
    REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().text));
  }
  // Applies the payloads as the next changes; what became of each: `ok` or the reason.
  std::vector<std::string> apply(std::vector<feed::Payload> payloads) {
    feed::Batch batch{node->directory.position(), {}};
    auto position = batch.after;
    for (auto& payload : payloads) batch.changes.push_back({++position, "c" + std::to_string(position), std::move(payload)});
    return words(node->apply(std::move(batch)));
  }
  static std::vector<std::string> words(const Result<std::vector<feed::Settled>>& settled) {
    if (!settled) return {settled.error().text};
    std::vector<std::string> made;
    for (const auto& one : *settled) made.push_back(one.is_applied ? "ok" : one.reason);
    return made;
  }
  const Snapshot& now() const { return *node->directory.now(); }
  Directory::Credentials credentials(std::string_view address) {
    return *world.run(node->loop, node->directory.credentials(node->loop, id('a', address)));
  }

  simulated::World world;
  store::memory::Disk disk;
  std::unique_ptr<Node> node;
};

using Words = std::vector<std::string>;

std::vector<feed::Payload> ann_and_bob() {
  return {feed::PutDomain{domain("a.example")}, feed::PutAccount{account("ann@a.example"), kHash},
          feed::PutAccount{account("bob@a.example"), {}}, feed::PutAlias{alias("anna@a.example", "ann@a.example")}};
}

TEST_CASE("what is applied is served, and still is after a restart") {
  Fixture f;
  CHECK(f.apply(ann_and_bob()) == Words{"ok", "ok", "ok", "ok"});
  CHECK(f.apply({feed::SetServices{id('a', "bob@a.example"), {{Service::Imap, ServiceState::Suspended}}}}) == Words{"ok"});
  for (int round = 0; round < 2; ++round) {
    CHECK(f.node->directory.position() == 5);
    CHECK(f.node->directory.log() == "log");
    CHECK(f.now().accounts() == 2);
    CHECK(f.now().account_of("anna@a.example")->id == id('a', "ann@a.example"));
    CHECK(f.now().account_of("bob@a.example")->services.of(Service::Imap) == ServiceState::Suspended);
    CHECK(f.now().account_of("ann@a.example")->credentials_version == 1);
    CHECK(f.now().account_of("bob@a.example")->credentials_version == 0);
    CHECK(f.credentials("ann@a.example").password_hash == kHash);
    CHECK(f.credentials("bob@a.example").version == 0);
    f.restart();
  }
}

TEST_CASE("every view sees the newest snapshot") {
  Fixture f;
  auto& home = f.node->directory.view(f.node->loop);
  auto& other = f.node->directory.view(f.node->other);
  CHECK(&other == &f.node->directory.view(f.node->other));
  f.apply(ann_and_bob());
  f.world.run_until_idle();
  CHECK(home.now() == f.node->directory.now());
  CHECK(other.now() == f.node->directory.now());
}

TEST_CASE("what cannot apply is refused with a reason, and the rest goes on") {
  Fixture f;
  f.apply(ann_and_bob());
  auto twin = account("twin@a.example");
  twin.local = "Anna";
  CHECK(f.apply({feed::PutAccount{twin, {}}, feed::DeleteDomain{id('d', "a.example")},
                 feed::SetPassword{id('a', "bob@a.example"), "secret"}, feed::PutAccount{account("eve@a.example"), "x"},
                 feed::UnknownChange{"moon", "no moon"}, feed::PutAccount{account("carl@a.example"), {}}}) ==
        Words{"the address anna@a.example is taken", "the domain a.example still has addresses",
              "the password hash is of no kind known here", "the password hash is of no kind known here", "no moon", "ok"});
  CHECK(f.now().accounts() == 3);
}

TEST_CASE("each password is a new version of the credentials") {
  Fixture f;
  f.apply(ann_and_bob());
  const auto ann = id('a', "ann@a.example");
  f.apply({feed::SetPassword{ann, "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="}, feed::SetPassword{ann, ""}});
  CHECK(f.credentials("ann@a.example").version == 3);
  CHECK(f.credentials("ann@a.example").password_hash.empty());
  f.apply({feed::PutAccount{account("ann@a.example"), {}}});
  CHECK(f.now().account(ann)->credentials_version == 3);
  f.apply({feed::PutAccount{account("ann@a.example"), kHash}});
  CHECK(f.now().account(ann)->credentials_version == 4);
  CHECK(f.credentials("ann@a.example").password_hash == kHash);
}

TEST_CASE("a deleted account leaves nothing but its mail to be purged, and never comes back") {
  Fixture f;
  f.apply(ann_and_bob());
  const auto ann = id('a', "ann@a.example");
  CHECK(f.apply({feed::DeleteAccount{ann}, feed::PutAccount{account("ann@a.example"), {}}}) ==
        Words{"ok", "the account was deleted: its id comes back by a restoration alone"});
  f.restart();
  CHECK(f.now().account_of("anna@a.example") == nullptr);
  CHECK(f.credentials("ann@a.example").version == 0);
  CHECK(f.node->directory.gone() == Words{ann});
  CHECK(f.apply({feed::PutAccount{account("ann@a.example"), {}}}) ==
        Words{"the account was deleted: its id comes back by a restoration alone"});
  auto successor = account("ann@a.example");
  successor.id = id('a', "successor");
  CHECK(f.apply({feed::PutAccount{successor, {}}}) == Words{"ok"});
}

TEST_CASE("a deleted account is restored with its mail still there, under a new version of its credentials") {
  Fixture f;
  f.apply(ann_and_bob());
  const auto ann = id('a', "ann@a.example");
  f.apply({feed::PutAccount{account("ann@a.example"), kHash}, feed::DeleteAccount{ann}});
  f.restart();
  auto again = account("ann@a.example");
  again.local = "anna";
  CHECK(f.apply({feed::RestoreAccount{again, kHash}}) == Words{"ok"});
  f.restart();
  CHECK(f.node->directory.gone().empty());
  REQUIRE(f.now().account_of("anna@a.example") != nullptr);
  CHECK(f.now().account_of("anna@a.example")->id == ann);
  CHECK(f.now().account_of("ann@a.example") == nullptr);
  CHECK(f.credentials("ann@a.example").version == 3);
  CHECK(f.credentials("ann@a.example").password_hash == kHash);

  // Of the same run, and one that is there.
  CHECK(f.apply({feed::DeleteAccount{ann}, feed::RestoreAccount{again, {}}, feed::RestoreAccount{again, {}}}) == Words{"ok", "ok", "ok"});
  CHECK(f.node->directory.gone().empty());
  // One that nobody knows; one whose new name is taken.
  CHECK(f.apply({feed::RestoreAccount{account("eve@a.example"), {}}}) == Words{"the account's mail was purged, it can't be restored"});
  auto taken = again;
  taken.local = "bob";
  CHECK(f.apply({feed::DeleteAccount{ann}, feed::RestoreAccount{taken, {}}}) == Words{"ok", "the address bob@a.example is taken"});
  CHECK(f.node->directory.gone() == Words{ann});
}

TEST_CASE("settings lie beside the objects, and go with them") {
  Fixture f;
  f.apply(ann_and_bob());
  const auto ann = id('a', "ann@a.example");
  const auto company = id('o', "north");
  const auto domain = id('d', "a.example");
  feed::Settings settings;
  settings.block = {"*@spam.example"};
  settings.autoresponder = feed::Autoresponder{true, "away\nfor a week", 24, 1'900'000'000};
  CHECK(f.apply({feed::PutSettings{ann, settings}, feed::PutSettings{domain, settings}, feed::PutSettings{company, settings},
                 feed::PutSettings{id('a', "nobody"), settings}, feed::PutSettings{id('d', "none"), settings}}) ==
        Words{"ok", "ok", "ok", "there is no such account", "there is no such domain"});
  f.restart();
  const auto read = [&](const std::string& object) { return f.world.run(f.node->loop, f.node->directory.settings(f.node->loop, object)).value(); };
  CHECK(read(ann) == settings);
  CHECK(read(domain) == settings);
  CHECK(read(company) == settings);
  CHECK(read(id('a', "bob@a.example")) == feed::Settings{});
  f.apply({feed::PutSettings{domain, {}}, feed::DeleteAccount{ann}});
  CHECK(read(ann) == feed::Settings{});
  CHECK(read(domain) == feed::Settings{});
}

TEST_CASE("the agenda has deleted accounts' mail purged when their time has come, until that succeeds") {
  Fixture f;
  store::agenda::Runner runner(f.node->store->on(f.node->loop), f.node->loop, "node", {}, f.node->silence, f.node->metrics);
  std::vector<std::string> purged;
  int failures = 2;
  struct Purge {
    static io::Task<Result<>> run(std::vector<std::string>& into, int& failing, std::string account) {
      if (failing-- > 0) co_return fail(Fault::Busy, "not now");
      into.push_back(std::move(account));
      co_return Result<>();
    }
  };
  f.node->directory.join(runner, [&](std::string name) { return Purge::run(purged, failures, std::move(name)); });
  runner.start();
  f.apply(ann_and_bob());
  const auto ann = id('a', "ann@a.example");
  f.apply({feed::DeleteAccount{ann}});
  f.world.run_for(24h * 29);
  CHECK(purged.empty());
  f.world.run_for(24h * 2);
  CHECK(purged == Words{ann});
  CHECK(f.node->directory.gone().empty());
  f.world.run(f.node->loop, runner.stop());
  f.restart();
  CHECK(f.node->directory.gone().empty());
}

// What new accounts were greeted with: "ann@a.example welcome-c2 Hi".
struct Greeted {
  std::vector<std::string> all;
  std::vector<Result<bool>> answers;  // in their order; then yes
  std::vector<Time> asked;

  static io::Task<Result<bool>> greet(Greeted& into, io::Loop& loop, Directory::Greeting greeting) {
    into.asked.push_back(loop.clock().now());
    if (into.asked.size() <= into.answers.size() && !into.answers[into.asked.size() - 1]) co_return into.answers[into.asked.size() - 1];
    into.all.push_back(greeting.address + " " + greeting.acceptance + " " + greeting.mail.subject);
    co_return true;
  }
  void join(Node& node, store::agenda::Runner& runner) {
    node.directory.join(runner, [this, &node](Directory::Greeting greeting) { return greet(*this, node.loop, std::move(greeting)); });
    runner.start();
  }
};

feed::PutSettings welcome(std::string_view domain, std::string subject) {
  feed::Settings settings;
  settings.welcome = feed::WelcomeMail{.text = "Good to have you\n", .subject = std::move(subject), .from_name = {}, .from_address = "hello@a.example"};
  return {id('d', domain), settings};
}

std::size_t timed_rows(const store::memory::Disk& disk, std::string_view within) {
  std::size_t count = 0;
  for (const auto& partition : disk.partitions())
    for (const auto& row : disk.rows(partition)) count += partition.starts_with(within) && row.key.starts_with(store::agenda::kTimedPrefix) ? 1 : 0;
  return count;
}

TEST_CASE("a new account finds its domain's welcome mail, once, as it is by then; nobody else does") {
  Fixture f;
  auto filter = account("filter@a.example");
  filter.type = AccountType::FilterOnly;
  // Decided, and the node goes down before anybody is greeted.
  CHECK(f.apply({feed::PutDomain{domain("a.example")}, feed::PutDomain{domain("b.example")}, feed::PutDomain{domain("c.example")}, welcome("a.example", "Hi"), welcome("c.example", "Hi"),
                 feed::PutAccount{account("ann@a.example"), {}, true}, feed::PutAccount{account("eve@a.example"), {}, true},
                 feed::PutAccount{account("bob@a.example"), {}}, feed::PutAccount{account("ann@b.example"), {}, true}, feed::PutAccount{filter, {}, true},
                 feed::PutAccount{account("ann@c.example"), {}, true}}) == Words(11, "ok"));
  f.restart();
  auto twin = account("twin@a.example");
  twin.local = "ann";
  CHECK(f.apply({feed::DeleteAccount{id('a', "eve@a.example")}, feed::PutAccount{account("ann@a.example"), {}, true}, feed::PutAccount{account("bob@a.example"), {}, true},
                 feed::PutSettings{id('d', "c.example"), {}}, welcome("a.example", "Hello"), feed::PutAccount{twin, {}, true}}) ==
        Words{"ok", "ok", "ok", "ok", "ok", "the address ann@a.example is taken"});
  Greeted greeted;
  store::agenda::Runner runner(f.node->store->on(f.node->loop), f.node->loop, "node", {}, f.node->silence, f.node->metrics);
  greeted.join(*f.node, runner);
  f.world.run_for(1min);
  CHECK(greeted.all == Words{"ann@a.example welcome-c6 Hello"});
  CHECK(timed_rows(f.disk, "directory/") == 1);  // the purge of a deleted one

  // Restored, it has been greeted already.
  CHECK(f.apply({feed::DeleteAccount{id('a', "ann@a.example")}, feed::RestoreAccount{account("ann@a.example"), {}}}) == Words{"ok", "ok"});
  f.world.run_for(1min);
  CHECK(greeted.all.size() == 1);
  // At once, while the runner is at work.
  CHECK(f.apply({feed::PutAccount{account("carl@a.example"), {}, true}}) == Words{"ok"});
  f.world.run_for(1s);
  REQUIRE(greeted.all.size() == 2);
  CHECK(greeted.all.back().starts_with("carl@a.example welcome-c"));
  f.world.run(f.node->loop, runner.stop());
}

TEST_CASE("a welcome mail that can't be put there is tried again, less and less often; one for which there is no room is not") {
  Fixture f;
  Greeted greeted;
  greeted.answers.assign(20, fail(Fault::Busy, "not now"));
  greeted.answers.emplace_back(fail(Fault::Refused, "the mailbox is over its quota", "OVERQUOTA"));
  store::agenda::Runner runner(f.node->store->on(f.node->loop), f.node->loop, "node", {}, f.node->silence, f.node->metrics);
  greeted.join(*f.node, runner);
  f.apply({feed::PutDomain{domain("a.example")}, welcome("a.example", "Hi"), feed::PutAccount{account("ann@a.example"), {}, true}});
  f.world.run_for(24h);
  CHECK(greeted.all.empty());
  REQUIRE(greeted.asked.size() == 21);
  for (std::size_t n = 2; n < greeted.asked.size(); ++n) {
    const auto pause = greeted.asked[n] - greeted.asked[n - 1];
    CHECK(pause >= greeted.asked[n - 1] - greeted.asked[n - 2] - 1s);
    CHECK(pause <= 1h + 1min);
  }
  CHECK(greeted.asked[1] - greeted.asked[0] < 1min);
  CHECK(timed_rows(f.disk, "directory") == 0);
  const auto counted = [&](const char* result) { return f.node->metrics.counter("postroad_directory_welcomed_total", "", {{"result", result}}).value(); };
  CHECK(counted("later") == 20);
  CHECK(counted("given_up") == 1);
  CHECK(counted("placed") == 0);
  f.world.run(f.node->loop, runner.stop());
}

TEST_CASE("a flood of new accounts that wait for their welcome mail fills neither the root nor a commit of the agenda") {
  constexpr int kAccounts = 3000;
  Fixture f;
  f.apply({feed::PutDomain{domain("a.example")}, welcome("a.example", std::string(200, 'x'))});
  std::size_t root = 0;
  for (int at = 0; at < kAccounts;) {
    std::vector<feed::Payload> changes;
    for (int n = 0; n < 250; ++n, ++at) changes.push_back(feed::PutAccount{account("x" + std::to_string(at) + "@a.example"), {}, true});
    CHECK(std::ranges::count(f.apply(std::move(changes)), "ok") == 250);
    if (at == 250) root = f.disk.rows("directory").size();
  }
  // Nobody is greeted yet: the root holds one step's journal, as ever; each shard has one row for each of its accounts.
  CHECK(f.disk.rows("directory").size() <= root + 10);
  CHECK(timed_rows(f.disk, "directory/") == kAccounts);

  // All are put off at first, 64 in one commit; then all are done.
  Greeted greeted;
  greeted.answers.assign(kAccounts, fail(Fault::Busy, "not now"));
  store::agenda::Runner runner(f.node->store->on(f.node->loop), f.node->loop, "node", {}, f.node->silence, f.node->metrics);
  greeted.join(*f.node, runner);
  f.world.run_for(10min);
  CHECK(greeted.all.size() == kAccounts);
  CHECK(std::set<std::string>(greeted.all.begin(), greeted.all.end()).size() == kAccounts);
  CHECK(timed_rows(f.disk, "directory/") == 0);
  f.world.run(f.node->loop, runner.stop());
}

TEST_CASE("a flood of deleted accounts that wait for their purge does not fill the root") {
  Fixture f;
  f.apply({feed::PutDomain{domain("a.example")}});
  std::size_t root = 0;
  for (int at = 0; at < 1500; at += 250) {
    std::vector<feed::Payload> changes;
    for (int n = at; n < at + 250; ++n) changes.push_back(feed::PutAccount{account("x" + std::to_string(n) + "@a.example"), {}});
    for (int n = at; n < at + 250; ++n) changes.push_back(feed::DeleteAccount{id('a', "x" + std::to_string(n) + "@a.example")});
    CHECK(std::ranges::count(f.apply(std::move(changes)), "ok") == 500);
    if (at == 0) root = f.disk.rows("directory").size();
  }
  CHECK(f.disk.rows("directory").size() <= root + 10);
  CHECK(timed_rows(f.disk, "directory/") == 1500);
}

TEST_CASE("a restored account's mail is not purged by the order of its deletion, and once the purge began there is no way back") {
  Fixture f;
  store::agenda::Runner runner(f.node->store->on(f.node->loop), f.node->loop, "node", {}, f.node->silence, f.node->metrics);
  struct Purge {
    static io::Task<Result<>> run(std::vector<std::string>& into, bool& fails, std::string account) {
      into.push_back(std::move(account));
      if (fails) co_return fail(Fault::Busy, "not now");
      co_return Result<>();
    }
  };
  std::vector<std::string> purged;
  bool fails = false;
  f.node->directory.join(runner, [&](std::string name) { return Purge::run(purged, fails, std::move(name)); });
  runner.start();
  f.apply(ann_and_bob());
  const auto ann = id('a', "ann@a.example");
  f.apply({feed::DeleteAccount{ann}});
  f.world.run_for(24h * 10);
  CHECK(f.apply({feed::RestoreAccount{account("ann@a.example"), kHash}}) == Words{"ok"});
  f.world.run_for(24h * 10);
  f.apply({feed::DeleteAccount{ann}});
  f.world.run_for(24h * 15);  // the first order's time is over
  CHECK(purged.empty());
  CHECK(f.node->directory.gone() == Words{ann});
  fails = true;
  f.world.run_for(24h * 16);
  CHECK_FALSE(purged.empty());
  CHECK(f.apply({feed::RestoreAccount{account("ann@a.example"), kHash}}) == Words{"the account's mail is being purged, it can't be restored"});
  fails = false;
  f.world.run_for(24h);
  CHECK(f.node->directory.gone().empty());
  CHECK(f.apply({feed::RestoreAccount{account("ann@a.example"), kHash}}) == Words{"the account's mail was purged, it can't be restored"});
  f.world.run(f.node->loop, runner.stop());
}

TEST_CASE("a change that comes again is answered as before and done once") {
  Fixture f;
  feed::Batch batch{0, {}};
  feed::Position position = 0;
  for (auto& payload : ann_and_bob()) batch.changes.push_back({++position, "c", payload});
  batch.changes.push_back({9, "c9", feed::SetPassword{id('a', "ann@a.example"), kHash}});
  batch.changes.push_back({12, "c12", feed::DeleteDomain{id('d', "a.example")}});
  const auto first = f.node->apply(batch);
  REQUIRE(first.has_value());
  CHECK(first->back().reason == "the domain a.example still has addresses");
  CHECK(*f.node->apply(batch) == *first);
  f.restart();
  CHECK(*f.node->apply(batch) == *first);
  CHECK(f.credentials("ann@a.example").version == 2);

  // Once control is known to know, nothing is said any more.
  CHECK(f.node->apply({12, {{13, "c13", feed::DeleteAlias{id('d', "a.example"), "none"}}}}).has_value());
  CHECK(f.node->apply(batch)->empty());
}

TEST_CASE("batches that overlap are joined, and one that leaves a gap is refused") {
  Fixture f;
  const feed::Change first{10, "c10", feed::PutDomain{domain("a.example")}};
  const feed::Change second{20, "c20", feed::PutAccount{account("ann@a.example"), {}}};
  CHECK(f.node->apply({10, {second}}).error().fault == Fault::Conflict);
  CHECK(Fixture::words(f.node->apply({0, {first}})) == Words{"ok"});
  CHECK(Fixture::words(f.node->apply({0, {first, second}})) == Words{"ok", "ok"});
  CHECK(f.now().accounts() == 1);
  CHECK(f.node->apply({20, {}})->empty());
  CHECK(f.node->apply({21, {}}).error().fault == Fault::Conflict);
}

TEST_CASE("another log's changes are refused") {
  Fixture f;
  f.apply(ann_and_bob());
  CHECK(f.node->apply({4, {{5, "c", feed::DeleteAccount{id('a', "bob@a.example")}}}}, "other").error().fault ==
        Fault::Conflict);
  CHECK(f.now().accounts() == 2);
}

TEST_CASE("a second node that writes is found out, and changes nothing") {
  Fixture f;
  f.apply(ann_and_bob());
  Node other(f.world, f.disk);
  REQUIRE(other.open().has_value());
  CHECK(f.apply({feed::DeleteAccount{id('a', "bob@a.example")}}) == Words{"ok"});
  const auto late = other.apply({4, {{5, "c", feed::DeleteAccount{id('a', "ann@a.example")}}}});
  CHECK(late.error().fault == Fault::Conflict);
  CHECK(f.now().account_of("ann@a.example") != nullptr);
  f.restart();
  CHECK(f.now().account_of("ann@a.example") != nullptr);
  CHECK(f.now().account_of("bob@a.example") == nullptr);

  // It has looked anew since, and goes on from what it found.
  CHECK(Fixture::words(other.apply({5, {{6, "c6", feed::DeleteAccount{id('a', "ann@a.example")}}}})) ==
        Words{"ok"});
  CHECK(other.directory.now()->accounts() == 0);
}

// The next commit of the root has that fate.
void plan(store::memory::Disk& disk, Fate fate) {
  disk.faults().on_commit = [&disk, fate](const store::Partition& partition, const store::Batch& batch) -> std::optional<Fate> {
    if (partition != "directory" || batch.put.empty()) return std::nullopt;
    disk.faults().on_commit = nullptr;
    return fate;
  };
}

TEST_CASE("what a dead node had under way is written before the next one reads, or never") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Fixture f(seed);
    f.apply(ann_and_bob());
    plan(f.disk, Fate::UnknownLate);
    const feed::Batch batch{4, {{5, "c5", feed::DeleteAccount{id('a', "bob@a.example")}}}};
    f.node->loop.spawn(
        [](Directory& directory, feed::Batch changes) -> io::Task<void> { (void)co_await directory.apply("log", changes); }(
            f.node->directory, batch),
        "apply");
    f.world.run_for(1ms);
    f.restart();
    f.world.run_for(1min);
    auto longer = batch;
    longer.changes.push_back({6, "c6", feed::DeleteAccount{id('a', "ann@a.example")}});
    CHECK(Fixture::words(f.node->apply(longer)) == Words{"ok", "ok"});
    CHECK(f.now().accounts() == 0);
  }
}

TEST_CASE("a commit that is unsure, on a store that then goes down, is looked at anew") {
  for (const auto fate : {Fate::UnknownUnwritten, Fate::UnknownWritten, Fate::UnknownLate}) {
    CAPTURE(static_cast<int>(fate));
    Fixture f;
    f.apply(ann_and_bob());
    plan(f.disk, fate);
    f.world.after(1s, [&] { f.disk.faults().is_down = true; });
    const feed::Batch batch{4, {{5, "c5", feed::SetPassword{id('a', "ann@a.example"), kHash}}}};
    CHECK(f.node->apply(batch).error().fault == Fault::Busy);
    f.disk.faults().is_down = false;
    CHECK(Fixture::words(f.node->apply(batch)) == Words{"ok"});
    CHECK(f.credentials("ann@a.example").version == 2);
    CHECK(f.node->directory.position() == 5);
  }
}

TEST_CASE("a large batch goes in parts, each whole") {
  Fixture f;
  std::vector<feed::Payload> changes = {feed::PutDomain{domain("a.example")}, feed::PutAccount{account("ann@a.example"), {}}};
  f.apply(changes);
  for (int hundred = 0; hundred < 4; ++hundred) {
    changes.clear();
    for (int n = 0; n < 100; ++n)
      changes.push_back(feed::PutAlias{alias("x" + std::to_string(hundred * 100 + n) + "@a.example", "ann@a.example")});
    f.apply(changes);
  }
  // Each takes 400 aliases along.
  changes.clear();
  auto team = account("team@a.example");
  team.type = AccountType::Group;
  for (int n = 0; n < 1000; ++n) team.targets.push_back(std::to_string(n) + "@" + std::string(60, 'f') + ".example");
  for (int n = 0; n < 60; ++n) {
    team.id = id('a', std::to_string(n));
    team.local = "team" + std::to_string(n);
    changes.push_back(feed::PutAccount{team, {}});
  }
  changes.push_back(feed::DeleteAccount{id('a', "ann@a.example")});
  const auto outcomes = f.apply(changes);
  CHECK(std::ranges::count(outcomes, "ok") == 61);
  f.restart();
  CHECK(f.now().accounts() == 60);
  CHECK(f.now().account_of("x7@a.example") == nullptr);
}

TEST_CASE("2000 aliases of an account are there after a restart, and go along with it; the largest steps follow each other") {
  Fixture f;
  const auto altered = [](const std::string& who, char first, bool are_removed, int count = 2000) {
    std::vector<feed::Payload> made;
    for (int from = 0; from < count; from += 100) {
      feed::AlterAliases change{id('a', who), id('d', "a.example"), {}, {}};
      for (int n = from; n < from + 100; ++n) (are_removed ? change.removed : change.added).push_back(first + std::to_string(n));
      made.emplace_back(std::move(change));
    }
    return made;
  };
  const std::string ann = "ann@a.example";
  const std::string bob = "bob@a.example";
  const Words all_ok(20, "ok");
  CHECK(f.apply({feed::PutDomain{domain("a.example")}, feed::PutAccount{account(ann), {}}, feed::PutAccount{account(bob), {}}}) == Words{"ok", "ok", "ok"});
  CHECK(f.apply(altered(ann, 'm', false)) == all_ok);
  CHECK(f.apply(altered(bob, 'n', false)) == all_ok);
  f.restart();
  CHECK(f.now().account_of("m1999@a.example") != nullptr);
  CHECK(f.now().account_of("n0@a.example") != nullptr);
  // Swaps, and deletions of accounts with all that a change may take along, one after the other.
  CHECK(f.apply(altered(ann, 'm', true)) == all_ok);
  CHECK(f.apply(altered(ann, 'o', false)) == all_ok);
  for (const auto& [who, first] : {std::pair(ann, 0), std::pair(bob, 890)}) {
    std::vector<feed::Payload> changes;
    for (int n = first; n < first + 890; ++n) changes.emplace_back(feed::PutAccount{account("u" + std::to_string(n) + "@a.example"), {}});
    changes.emplace_back(feed::DeleteAccount{id('a', who)});
    for (const auto& word : f.apply(changes)) CHECK(word == "ok");
  }
  f.restart();
  CHECK(f.now().account_of("o0@a.example") == nullptr);
  CHECK(f.now().account_of("n1999@a.example") == nullptr);
  CHECK(f.now().account_of("u1779@a.example") != nullptr);
}

TEST_CASE("an unavailable store is Busy, and the same batch applies later") {
  Fixture f;
  f.disk.faults().is_down = true;
  const feed::Batch batch{0, {{1, "c", feed::PutDomain{domain("a.example")}}}};
  CHECK(f.node->apply(batch).error().fault == Fault::Busy);
  CHECK(f.now().domains() == 0);
  f.disk.faults().is_down = false;
  CHECK(Fixture::words(f.node->apply(batch)) == Words{"ok"});
  CHECK(f.now().domains() == 1);
}

TEST_CASE("a damaged store is an error at the start, not an empty directory") {
  Fixture f;
  f.apply(ann_and_bob());
  f.node.reset();
  for (const auto* partition : {"directory", "directory/0002"}) {
    CAPTURE(partition);
    Fixture other;
    other.apply(ann_and_bob());
    other.node.reset();
    other.disk.damage_partition(partition);
    Node node(other.world, other.disk);
    const auto opened = node.open();
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().fault == Fault::Broken);
  }
}

}  // namespace
}  // namespace postroad::directory
