#include <doctest/doctest.h>

#include "control/testing.h"
#include "directory/directory.h"
#include "feed/client.h"
#include "store/memory/memory.h"

// Control and a real cluster's directory, with the feed between them, in one simulated world: either side loses its
// power at any time, and in the end both hold the same.
namespace postroad::control {
namespace {
using namespace testing;
using namespace std::chrono_literals;
using io::Task;

struct NoCalls : feed::Calls {
  Task<Result<std::string>> call(std::string, std::string, io::Tick) override { co_return fail(Fault::NotFound, "no such method"); }
};

// A cluster's node: its directory in a store, and its end of the feed.
struct Node {
  Node(Control& control, simulated::Network& network, store::memory::Disk& disk)
      : loop(control.world, "node"),
        store(store::memory::open(disk)),
        directory(loop, *store, log, metrics, {.shards = 2}),
        client(loop, network.host("node"), tls, control.random, directory, calls, log, metrics, {.control = {"control", 9}}) {
    check(control.world.run(loop, directory.open()).has_value(), "the directory opens");
    loop.spawn(client.run(), "feed");
  }
  ~Node() { loop.kill(); }

  simulated::Loop loop;
  simulated::TlsContext tls{"cluster.a"};
  NoCalls calls;
  log::Silence log;
  metrics::Registry metrics;
  std::unique_ptr<store::Store> store;
  directory::Directory directory;
  feed::Client client;
};

struct Seam {
  explicit Seam(std::uint64_t seed) : control(seed, one_cluster()), network(control.world), disk(seed), random(seed + 77) {
    listen();
    node = std::make_unique<Node>(control, network, disk);
  }
  ~Seam() {
    control.loop->kill();
    node.reset();
    unlisten();
  }
  static Options one_cluster() {
    auto options = test_options();
    options.clusters = {"a"};
    return options;
  }

  void listen() {
    server = std::make_unique<feed::Server>(*control.loop, control.api->source(), control.log, control.metrics);
    reach = std::make_unique<FeedReach>(*server);
    control.api->connect(*reach);
    listener = network.host("control").listen(*control.loop, {"control", 9});
    control.loop->spawn(server->serve(*listener, tls), "feed");
  }
  void unlisten() {
    control.loop->kill();
    server.reset();
    listener.reset();
  }
  void crash_control() {
    network.reset("control");
    unlisten();
    control.crash();
    listen();
  }
  void crash_node() {
    network.reset("node");
    node.reset();
    node = std::make_unique<Node>(control, network, disk);
  }
  // Whether the queue runs empty in time.
  bool drain() {
    for (int tries = 0; tries < 300; ++tries) {
      control.world.run_for(1s);
      if (control.run(control.api->queues.state()).value()[0].length == 0) return true;
    }
    return false;
  }

  Control control;
  simulated::Network network;
  store::memory::Disk disk;
  simulated::Random random;
  simulated::TlsContext tls{"control"};
  std::unique_ptr<feed::Server> server;
  std::unique_ptr<FeedReach> reach;
  std::unique_ptr<io::Listener> listener;
  std::unique_ptr<Node> node;
};

// What differs first, or nothing.
std::string difference(Control& control, const directory::Snapshot& snapshot) {
  const auto users = control.query("SELECT u.id, u.folded, d.name, u.type, u.alias_of FROM users u JOIN domains d ON d.id = u.domain");
  std::size_t accounts = 0;
  for (const auto& row : users) {
    const auto is_alias = row[3].text() == "alias";
    accounts += is_alias ? 0 : 1;
    const auto address = row[1].text() + "@" + row[2].text();
    const auto found = snapshot.account_of(address);
    if (found == nullptr || found->id != row[is_alias ? 4 : 0].text()) return address;
  }
  if (snapshot.accounts() != accounts) return "accounts: " + std::to_string(snapshot.accounts()) + " for " + std::to_string(accounts);
  const auto domains = control.query("SELECT name FROM domains").size();
  if (snapshot.domains() != domains) return "domains: " + std::to_string(snapshot.domains()) + " for " + std::to_string(domains);
  return {};
}

TEST_CASE("a mailbox is at its cluster when the answer says so") {
  Seam seam(1);
  const auto north = add_reseller(seam.control, "north");
  auto& api = *seam.control.api;
  seam.control.world.run_for(5s);
  const auto run = [&](auto task) { return outcome(seam.control.run(std::move(task))); };
  CHECK(run(api.domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = {}, .settings = {}})) == "applied");
  CHECK(run(api.workgroups.create(north.caller, "one.test", "staff")) == "applied");
  CHECK(run(api.users.create(north.caller, new_mailbox("one.test", "joe"))) == "applied");
  CHECK(run(api.users.create_alias(north.caller, "one.test", "sales", "joe")) == "applied");
  CHECK(run(api.domains.create_alias(north.caller, "one.test", "uno.test")) == "applied");
  CHECK(run(api.domains.set_catch_all(north.caller, "one.test", "joe")) == "applied");
  CHECK(run(api.users.set_services(north.caller, "one.test", "joe", kAnyUser, {{Service::Pop, ServiceState::Suspended}})) == "applied");
  CHECK(run(api.domains.set_disabled(north.caller, "one.test", true)) == "applied");
  CHECK(run(api.domains.set_disabled(north.caller, "one.test", false)) == "applied");
  CHECK(difference(seam.control, *seam.node->directory.now()) == "");
  CHECK(seam.node->directory.now()->account_of("sales@uno.test") != nullptr);
  CHECK(run(api.domains.erase(north.caller, "one.test", true)) == "applied");
  CHECK(seam.node->directory.now()->accounts() == 0);
  CHECK(seam.node->directory.now()->domains() == 0);
}

TEST_CASE("both sides crash, and converge") {
  for (std::uint64_t seed = 1; seed <= (sql::testing::server().empty() ? 15 : 4); ++seed) {
    CAPTURE(seed);
    Seam seam(seed);
    const auto north = add_reseller(seam.control, "north");
    std::vector<std::string> accepted;
    for (int step = 0; step < 80; ++step) {
      if (const auto made = ask_something(seam.control, north.caller, seam.random)) accepted.push_back(made->change);
      if (seam.random.once_in(4)) seam.control.world.run_for(seam.random.between(1ms, 500ms));
      if (seam.random.once_in(15)) seam.crash_control();
      if (seam.random.once_in(15)) seam.crash_node();
    }
    CHECK(seam.drain());
    CHECK(broken_integrity(seam.control) == "");
    CHECK(difference(seam.control, *seam.node->directory.now()) == "");
    for (const auto& change : accepted) CHECK(seam.control.query("SELECT state FROM changes WHERE id = $1", {change})[0][0].number() > 0);
  }
}

// A hash that came with the mailbox is replaced at its cluster by one of ours, at the first sign-in.
TEST_CASE("the cluster's own hash of a password outlives all that control sends, and crashes") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    Seam seam(seed);
    const auto north = add_reseller(seam.control, "north");
    const auto& me = north.caller;
    const auto users = [&]() -> Users& { return seam.control.api->users; };
    const auto ask = [&](auto task) { static_cast<void>(seam.control.run(std::move(task))); };
    ask(seam.control.api->domains.create(me, {.name = "one.test", .company = {}, .cluster = {}, .settings = {}}));
    ask(seam.control.api->workgroups.create(me, "one.test", "staff"));
    ask(seam.control.api->workgroups.create(me, "one.test", "guests"));
    auto spec = new_mailbox("one.test", "joe");
    spec.settings.password = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=";
    ask(users().create(me, spec));
    REQUIRE(seam.drain());
    const auto account = seam.node->directory.now()->account_of("joe@one.test")->id;
    const auto kept = [&] { return seam.control.world.run(seam.node->loop, seam.node->directory.credentials(seam.node->loop, account)).value(); };
    const auto imported = kept();
    REQUIRE(imported.password_hash == *spec.settings.password);
    const std::string ours = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0$" + std::string(43, 'A');
    REQUIRE(seam.control.world.run(seam.node->loop, seam.node->directory.replace_hash(account, imported, ours)).value());

    std::string local = "joe";
    for (int step = 0; step < 40; ++step) {
      UserSettings settings;
      switch (seam.random.below(7)) {
        case 0: settings.title = std::to_string(step); break;
        case 1: settings.quota_bytes = 1000 + static_cast<std::uint64_t>(step); break;
        case 2: settings.workgroup = seam.random.once_in(2) ? "staff" : "guests"; break;
        case 3: ask(users().create_alias(me, "one.test", "x" + std::to_string(step), local)); break;
        case 4: ask(users().set_services(me, "one.test", local, kAnyUser, {{Service::Imap, seam.random.once_in(2) ? ServiceState::Suspended : ServiceState::Enabled}})); break;
        case 5: {
          const auto next = "joe" + std::to_string(step);
          if (seam.control.run(users().rename(me, "one.test", local, kAnyUser, next))) local = next;
          break;
        }
        default: settings.more.allow = std::vector<std::string>{"a" + std::to_string(step) + "@x.test"};
      }
      ask(users().change(me, "one.test", local, kAnyUser, settings));
      if (seam.random.once_in(3)) seam.control.world.run_for(seam.random.between(1ms, 500ms));
      if (seam.random.once_in(12)) seam.crash_control();
      if (seam.random.once_in(12)) seam.crash_node();
    }
    REQUIRE(seam.drain());
    REQUIRE(seam.node->directory.now()->account_of(local + "@one.test") != nullptr);
    CHECK(kept().password_hash == ours);
    CHECK(kept().version == imported.version);
    CHECK(seam.node->directory.now()->account_of(local + "@one.test")->credentials_version == imported.version);
  }
}

}  // namespace
}  // namespace postroad::control
