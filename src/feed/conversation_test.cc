#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>

#include "feed/client.h"
#include "feed/frame.h"
#include "feed/server.h"
#include "io/simulated.h"

// Both ends against each other, and each against a peer that misbehaves, in simulated time.
namespace postroad::feed {
namespace {

using namespace std::chrono_literals;
using io::Task;
namespace simulated = io::simulated;

// Control's log of one cluster, in memory.
class Book : public Source {
 public:
  Task<Result<Standing>> standing(std::string cluster) override {
    if (cluster != "a" && cluster != "b") co_return fail(Fault::NotFound, "no such cluster");
    co_return Standing{"book", acknowledged};
  }
  Task<Result<std::vector<Change>>> next(std::string, Position after, std::size_t most) override {
    if (is_broken) co_return fail(Fault::Broken, "the book is shut");
    std::vector<Change> found;
    for (const auto& change : changes)
      if (change.position > after && found.size() < most) found.push_back(change);
    asked.push_back(most);
    co_return found;
  }
  Task<Result<>> settle(std::string, std::vector<Settled> list) override {
    for (const auto& settled : list) {
      outcomes[settled.position].push_back(settled.is_applied ? "applied" : settled.reason);
      acknowledged = std::max(acknowledged, settled.position);
    }
    co_return Result<>();
  }
  Task<Result<>> report(std::string, std::vector<Report> list) override {
    for (const auto& report : list) reports.push_back(report);
    co_return Result<>();
  }

  void add(Position position) { changes.push_back({position, "c" + std::to_string(position), UnknownChange{"x", "x"}}); }

  std::vector<Change> changes;
  Position acknowledged = 0;
  std::map<Position, std::vector<std::string>> outcomes;
  std::vector<Report> reports;
  std::vector<std::size_t> asked;
  bool is_broken = false;
};

// A cluster's directory: refuses every third change.
class Shelf : public Sink {
 public:
  explicit Shelf(io::Loop& loop) : loop_(loop) {}
  std::string log() const override { return log_name; }
  Position position() const override { return at; }
  Task<Result<std::vector<Settled>>> apply(std::string name, Batch batch) override {
    if (busy > 0) {
      --busy;
      co_return fail(Fault::Busy, "later");
    }
    co_await loop_.sleep(each * static_cast<std::int64_t>(batch.changes.size()));
    log_name = std::move(name);
    std::vector<Settled> settled;
    for (const auto& change : batch.changes) {
      if (change.position > at) taken.push_back(change.position);
      at = std::max(at, change.position);
      const bool fits = change.position % 3 != 0;
      settled.push_back({change.position, change.id, fits, fits ? "" : "a third"});
    }
    co_return settled;
  }

  std::string log_name;
  Position at = 0;
  std::vector<Position> taken;
  int busy = 0;
  std::chrono::microseconds each{0};

 private:
  io::Loop& loop_;
};

class Desk : public Calls {
 public:
  explicit Desk(io::Loop& loop) : loop_(loop) {}
  Task<Result<std::string>> call(std::string method, std::string params, io::Tick) override {
    if (method == "slow") co_await loop_.sleep(10s);
    if (method == "none") co_return fail(Fault::NotFound, "no such method");
    if (method == "junk") co_return "}";
    if (method == "long") co_return "\"" + std::string(kCallBytes, 'x') + "\"";
    if (method == "large") co_return "\"" + std::string(kCallBytes / 2, 'x') + "\"";
    if (method == "deep") co_return std::string(16, '[') + std::string(16, ']');
    if (method == "wild") co_return fail(Fault::Refused, std::string("\0\r\n\xff", 4) + std::string(100'000, 'x'));
    co_return "[\"" + method + "\"," + params + "]";
  }

 private:
  io::Loop& loop_;
};

constexpr std::uint16_t kPort = 7000;

// Control on one host, cluster `a` on another.
struct World {
  explicit World(std::uint64_t seed = 1) : world(seed) {
    listener = network.host("control").listen(control_loop, {"", kPort});
    control_loop.spawn(server.serve(*listener, control_tls), "serve");
  }
  ~World() {
    control_loop.kill();
    cluster_loop.kill();
  }

  Client& start(ClientOptions options = {}) {
    options.control = {"control", kPort};
    clients.push_back(std::make_unique<Client>(cluster_loop, network.host("a"), cluster_tls, world.random(), shelf, desk,
                                               silence, metrics, options));
    cluster_loop.spawn(clients.back()->run(), "client");
    return *clients.back();
  }
  bool settles(Position position, std::chrono::microseconds most = 10min) {
    server.ring("a");
    return world.run_until([&] { return book.acknowledged >= position; }, most);
  }
  Result<std::string> call(std::string method, std::string params, std::chrono::seconds within = 5s) {
    return world.run(control_loop, server.call("a", std::move(method), std::move(params), world.now() + within));
  }

  simulated::World world;
  simulated::Loop control_loop{world, "control"};
  simulated::Loop cluster_loop{world, "cluster"};
  simulated::Network network{world};
  simulated::TlsContext control_tls{"control"};
  simulated::TlsContext cluster_tls{"cluster.a"};
  log::Silence silence;
  metrics::Registry metrics;
  Book book;
  Shelf shelf{cluster_loop};
  Desk desk{cluster_loop};
  Server server{control_loop, book, silence, metrics};
  std::unique_ptr<io::Listener> listener;
  std::vector<std::unique_ptr<Client>> clients;
};

TEST_CASE("changes reach the cluster in order, and control learns what became of each") {
  World w;
  for (Position n = 1; n <= 1000; ++n) w.book.add(n);
  w.start();
  REQUIRE(w.settles(1000));
  CHECK(w.shelf.taken.size() == 1000);
  CHECK(std::ranges::is_sorted(w.shelf.taken));
  CHECK(w.book.outcomes.size() == 1000);
  CHECK(w.book.outcomes[2] == std::vector<std::string>{"applied"});
  CHECK(w.book.outcomes[3] == std::vector<std::string>{"a third"});
}

TEST_CASE("a change that comes while the cluster waits is handed out at once") {
  World w;
  w.start();
  w.world.run_for(5s);
  const auto before = w.world.now();
  w.book.add(7);
  REQUIRE(w.settles(7));
  CHECK(w.world.now() - before < 100ms);
  CHECK(w.server.is_connected("a"));
  CHECK_FALSE(w.server.is_connected("b"));
}

TEST_CASE("without a ring the next pull finds the change") {
  World w;
  w.start();
  w.world.run_for(5s);
  w.book.add(7);
  CHECK(w.world.run_until([&] { return w.book.acknowledged == 7; }, 31s));
}

TEST_CASE("connections that break at any time lose nothing and do nothing twice") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    World w(seed);
    w.network.usual().resets_once_in = 25;
    for (Position n = 1; n <= 500; ++n) w.book.add(n * 10);
    w.start({.wait = 1s, .backoff_least = 10ms, .backoff_most = 1s});
    w.shelf.each = 1ms;
    REQUIRE(w.settles(5000, std::chrono::hours(2)));
    CHECK(w.shelf.taken.size() == 500);
    CHECK(std::ranges::is_sorted(w.shelf.taken));
    REQUIRE(w.book.outcomes.size() == 500);
    for (const auto& [position, outcomes] : w.book.outcomes)
      for (const auto& outcome : outcomes) CHECK(outcome == (position % 3 == 0 ? "a third" : "applied"));
  }
}

TEST_CASE("a settlement that control never heard of is told again") {
  World w;
  for (Position n = 1; n <= 5; ++n) w.book.add(n);
  w.shelf.at = 4;  // decided before a crash
  w.shelf.log_name = "book";
  w.start();
  REQUIRE(w.settles(5));
  CHECK(w.book.outcomes.size() == 5);
  CHECK(w.shelf.taken == std::vector<Position>{5});
}

TEST_CASE("a cluster never applies another log than the one that it began with") {
  World w;
  w.book.add(1);
  w.shelf.log_name = "another book";
  w.start();
  CHECK_FALSE(w.settles(1));
  CHECK(w.shelf.taken.empty());
}

TEST_CASE("a cluster that cannot apply now comes again") {
  World w;
  w.book.add(1);
  w.shelf.busy = 3;
  w.start();
  CHECK(w.settles(1));
  CHECK(w.shelf.taken == std::vector<Position>{1});
}

TEST_CASE("a slow cluster is given about a second's work at once") {
  World w;
  for (Position n = 1; n <= 2000; ++n) w.book.add(n);
  w.shelf.each = 20ms;
  w.start();
  REQUIRE(w.settles(2000));
  CHECK(w.book.asked.front() == kBatchChanges);
  CHECK(w.book.asked.back() >= 45);
  CHECK(w.book.asked.back() <= 50);
}

TEST_CASE("control that is away for hours is found again within seconds") {
  World w;
  w.network.cut("a", "control");
  w.start();
  w.world.run_for(std::chrono::hours(5));
  w.book.add(1);
  w.network.heal("a", "control");
  CHECK(w.settles(1, 45s));
}

TEST_CASE("a line that went dead is noticed and replaced") {
  World w;
  w.start();
  w.world.run_for(5s);
  w.network.cut("a", "control");
  w.world.run_for(5min);
  w.network.heal("a", "control");
  w.book.add(1);
  CHECK(w.settles(1, 2min));
}

TEST_CASE("an idle connection stays") {
  World w;
  auto& client = w.start({.wait = 60s});
  w.world.run_for(std::chrono::hours(1));
  CHECK(client.is_connected());
  CHECK(w.network.connections("a") == 1);
}

TEST_CASE("a new connection of a cluster takes the place of the old one") {
  World w;
  w.start();
  w.world.run_for(1s);
  w.start();
  w.world.run_for(100ms);
  CHECK(w.server.is_connected("a"));
  CHECK(w.call("x", "1").has_value());
}

TEST_CASE("a source that fails ends the connection, and the cluster comes again") {
  World w;
  w.book.add(1);
  w.book.is_broken = true;
  w.start();
  CHECK_FALSE(w.settles(1, 5s));
  w.book.is_broken = false;
  CHECK(w.settles(1, 1min));
}

TEST_CASE("calls are answered, refused, late or impossible") {
  World w;
  CHECK(w.call("echo", "{}").error().text == "cluster unavailable");
  w.start();
  w.world.run_for(1s);
  CHECK(w.call("echo", "{\"x\":1}") == "[\"echo\",{\"x\":1}]");
  CHECK(w.call("none", "1").error().fault == Fault::NotFound);
  CHECK(w.call("junk", "1").error().fault == Fault::Broken);
  CHECK(w.call("slow", "1", 5s).error().text == "cluster unavailable");
  CHECK(w.call("slow", "1", 15s) == "[\"slow\",1]");
  CHECK(w.call("echo", "2") == "[\"echo\",2]");
}

TEST_CASE("a call does not outlive its connection") {
  World w;
  w.start();
  w.world.run_for(1s);
  w.world.after(1s, [&] { w.network.reset("a"); });
  const auto before = w.world.now();
  CHECK(w.call("slow", "1", 60s).error().fault == Fault::Busy);
  CHECK(w.world.now() - before < 2s);
}

TEST_CASE("a call that takes long holds up neither changes nor the next connection") {
  World w;
  w.start({.backoff_least = 10ms, .backoff_most = 100ms});
  w.world.run_for(1s);
  const auto ask = [](World& world, std::string& text) -> Task<void> {
    const auto outcome = co_await world.server.call("a", "slow", "1", world.world.now() + 60s);
    text = outcome ? *outcome : outcome.error().text;
  };
  std::string text;
  w.control_loop.spawn(ask(w, text), "ask");
  w.book.add(1);
  CHECK(w.settles(1, 1s));
  w.network.reset("a");
  w.book.add(2);
  CHECK(w.settles(2, 2s));
  CHECK(text == "cluster unavailable");
  w.world.run_for(20s);  // its late answer goes to nobody
  CHECK(w.call("echo", "3") == "[\"echo\",3]");
}

TEST_CASE("large answers over a thin line let changes pass") {
  World w;
  w.network.usual().bytes_per_second = 1 << 20;
  w.start();
  w.world.run_for(1s);
  std::size_t answered = 0;
  const auto ask = [](World& world, std::size_t& done) -> Task<void> {
    if (co_await world.server.call("a", "large", "1", world.world.now() + 60s)) ++done;
  };
  for (int n = 0; n < 20; ++n) w.control_loop.spawn(ask(w, answered), "ask");
  w.world.run_for(1s);
  w.book.add(1);
  CHECK(w.settles(1, 3s));
  CHECK(answered < 10);
  CHECK(w.world.run_until([&] { return answered == 20; }, 1min));
}

TEST_CASE("what can't be told in an answer fails that call alone") {
  World w;
  auto& client = w.start();
  w.world.run_for(1s);
  for (const char* method : {"long", "deep"}) CHECK(w.call(method, "1").error().fault == Fault::Broken);
  CHECK(w.call("wild", "1").error().fault == Fault::Refused);
  CHECK(w.call("echo", "\"" + std::string(kCallBytes, 'x') + "\"").error().fault == Fault::Refused);
  CHECK(client.is_connected());
  CHECK(w.call("echo", "1") == "[\"echo\",1]");
}

TEST_CASE("the bytes of calls under way are bounded") {
  World w;
  w.start({.call_bytes = 3 * kCallBytes / 2});
  w.world.run_for(1s);
  std::size_t busy = 0;
  std::size_t ended = 0;
  const auto ask = [](World& world, std::size_t& no, std::size_t& done) -> Task<void> {
    const auto outcome = co_await world.server.call("a", "slow", "\"" + std::string(kCallBytes / 2, 'x') + "\"", world.world.now() + 15s);
    if (!outcome && outcome.error().fault == Fault::Busy) ++no;
    ++done;
  };
  for (int n = 0; n < 6; ++n) w.control_loop.spawn(ask(w, busy, ended), "ask");
  CHECK(w.world.run_until([&] { return ended == 6; }, 1min));
  CHECK(busy >= 4);
  CHECK(w.call("echo", "1").has_value());
}

TEST_CASE("calls under way are bounded") {
  World w;
  w.start();
  w.world.run_for(1s);
  std::size_t refused = 0;
  std::size_t ended = 0;
  const auto ask = [](World& world, std::size_t& no, std::size_t& done) -> Task<void> {
    const auto outcome = co_await world.server.call("a", "slow", "1", world.world.now() + 15s);
    if (!outcome) ++no;
    ++done;
  };
  for (int n = 0; n < 70; ++n) w.control_loop.spawn(ask(w, refused, ended), "ask");
  CHECK(w.world.run_until([&] { return ended == 70; }, 1min));
  CHECK(refused == 6);
}

TEST_CASE("reports arrive, the newest version of each, also over lost connections") {
  World w(3);
  w.network.usual().resets_once_in = 20;
  auto& client = w.start({.backoff_least = 10ms, .backoff_most = 100ms, .reports = 300});
  for (std::uint64_t version = 1; version <= 3; ++version) {
    for (int n = 0; n < 300; ++n) CHECK(client.report({"key" + std::to_string(n), version, std::to_string(version)}));
    w.world.run_for(5ms);
  }
  CHECK(client.report({"key1", 2, "\"old\""}));
  REQUIRE(w.world.run_until([&] { return client.unconfirmed() == 0; }));
  std::map<std::string, std::uint64_t> newest;
  for (const auto& report : w.book.reports) newest[report.key] = std::max(newest[report.key], report.version);
  CHECK(newest.size() == 300);
  CHECK(std::ranges::all_of(newest, [](const auto& entry) { return entry.second == 3; }));
}

TEST_CASE("reports without room are refused, not forgotten") {
  World w;
  auto& client = w.start({.reports = 2});
  CHECK(client.report({"a", 1, "1"}));
  CHECK(client.report({"b", 1, "1"}));
  CHECK_FALSE(client.report({"c", 1, "1"}));
  CHECK(client.report({"a", 2, "1"}));
}

TEST_CASE("either end stops when told to") {
  World w;
  auto& client = w.start();
  w.world.run_for(1s);
  client.stop();
  w.world.run_for(1s);
  CHECK(w.cluster_loop.running() == 0);
  CHECK_FALSE(w.server.is_connected("a"));

  w.start();
  w.world.run_for(1s);
  w.server.stop();
  w.listener->close();
  w.world.run_for(10s);
  CHECK_FALSE(w.server.is_connected("a"));
  CHECK(w.control_loop.running() == 0);
}

// A peer that speaks by hand.
struct ByHand {
  ByHand(World& w, std::string name) : tls(std::move(name)), client(w.cluster_loop, w.network.host("x"), {"control", kPort}) {
    REQUIRE(client.is_connected());
    client.start_tls(tls, "control");
  }
  std::string ask(std::string_view content) {
    client.send(frame(content));
    return read();
  }
  std::string read() {
    const auto head = client.read_bytes(kFrameHead);
    if (head.size() < kFrameHead) return "<end>";
    return client.read_bytes(*frame_length(head));
  }
  simulated::TlsContext tls;
  simulated::Client client;
};

const std::string kHello = encode(Hello{});

TEST_CASE("only a certificate of a known cluster opens a feed") {
  World w;
  for (const char* name : {"", "a", "cluster.", "control", "cluster.nobody", "xcluster.a"}) {
    CAPTURE(name);
    ByHand peer(w, name);
    const auto answer = peer.ask(kHello);
    CHECK(answer != "");
    CHECK_FALSE(answer.contains("welcome"));
  }
  ByHand peer(w, "cluster.b");
  CHECK(peer.ask(kHello) == encode(Welcome{1, {"book", 0}}));
}

TEST_CASE("versions that don't meet part with a sentence") {
  World w;
  ByHand peer(w, "cluster.a");
  CHECK(peer.ask(encode(Hello{{5, 9}})).contains("no version of the feed that both speak"));
  CHECK(peer.read() == "<end>");
}

TEST_CASE("one step of version skew works both ways") {
  for (const Versions cluster : {Versions{1, 1}, Versions{1, 2}, Versions{2, 3}}) {
    for (const Versions control : {Versions{1, 2}, Versions{2, 3}}) {
      CAPTURE(cluster.highest);
      CAPTURE(control.highest);
      World w;
      Server server(w.control_loop, w.book, w.silence, w.metrics, {.versions = control});
      const auto listener = w.network.host("control").listen(w.control_loop, {"", 7001});
      w.control_loop.spawn(server.serve(*listener, w.control_tls), "serve");
      w.book.add(1);
      ClientOptions options{.control = {"control", 7001}, .versions = cluster};
      Client client(w.cluster_loop, w.network.host("a"), w.cluster_tls, w.world.random(), w.shelf, w.desk, w.silence,
                    w.metrics, options);
      w.cluster_loop.spawn(client.run(), "client");
      CHECK(w.settles(1, 1min) == (common_version(cluster, control) != 0));
      w.control_loop.kill();
      w.cluster_loop.kill();
    }
  }
}

TEST_CASE("a cluster that says nonsense is cut off, and others are served") {
  const std::string kEnd = "<end>";
  const std::string garbage[] = {
      frame("{"), frame("[]"), std::string(4, '\0'), "\xff\xff\xff\xff", "GET / HTTP/1.1\r\n\r\n",
      frame(encode(Welcome{1, {"x", 0}})), frame(encode(Changes{})), frame(encode(Settle{})),
      frame(encode(Pull{})) + frame(encode(Pull{})), frame(kHello), frame(encode(Bye{"x"})),
  };
  World w;
  for (const auto& bytes : garbage) {
    CAPTURE(bytes);
    ByHand peer(w, "cluster.b");
    peer.ask(kHello);
    peer.client.send(bytes);
    CHECK(peer.read() == kEnd);
  }
  w.book.add(1);
  w.start();
  CHECK(w.settles(1));
}

TEST_CASE("a cluster that says nothing is cut off") {
  World w;
  ByHand silent(w, "cluster.b");
  silent.client.set_patience(2min);
  CHECK(silent.read() == "<end>");
  ByHand half(w, "cluster.b");
  half.client.set_patience(2min);
  half.client.send(std::string_view("\0\0", 2));
  CHECK(half.read() == "<end>");
}

TEST_CASE("a word of a newer version is passed over") {
  World w;
  ByHand peer(w, "cluster.a");
  peer.ask(kHello);
  peer.client.send(frame("{\"type\":\"moon\"}"));
  CHECK(peer.ask(encode(Ping{})) == encode(Pong{}));
}

TEST_CASE("an answer to a call that nobody waits for is passed over") {
  World w;
  ByHand peer(w, "cluster.a");
  peer.ask(kHello);
  peer.client.send(frame(encode(CallDone{99, "1"})));
  CHECK(peer.ask(encode(Ping{})) == encode(Pong{}));
}

TEST_CASE("a batch is cut to what a frame holds") {
  World w;
  Account account{.id = "a22222222222222222222222222", .domain = "d22222222222222222222222222", .local = "g"};
  account.type = AccountType::Group;
  for (int n = 0; n < 1000; ++n) account.targets.push_back(std::string(60, 'x') + "@" + std::string(180, 'y'));
  for (Position n = 1; n <= 40; ++n) w.book.changes.push_back({n, "c", PutAccount{account, {}}});
  w.start();
  CHECK(w.settles(40));
}

}  // namespace
}  // namespace postroad::feed
