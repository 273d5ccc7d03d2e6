#include "feed/testing.h"

// Each end against a peer that misbehaves, or is of another version.
namespace postroad::feed {
namespace {

using namespace testing;
using namespace std::chrono_literals;

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
