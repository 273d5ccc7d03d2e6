#include "io/simulated.h"

#include <doctest/doctest.h>

#include "io/reader.h"

namespace postroad::io::simulated {
namespace {
using namespace std::chrono_literals;

// Says hello, then echoes lines until QUIT; `STARTTLS` flips to TLS.
Task<void> serve(std::unique_ptr<io::Stream> stream, const TlsContext& tls) {
  try {
    Reader reader(*stream);
    co_await stream->write("hello\r\n");
    for (;;) {
      const auto line = co_await reader.line(1000);
      const auto text = std::string(line.value_or("too long\r\n"));
      if (text == "QUIT\r\n") break;
      co_await stream->write(text);
      if (text == "STARTTLS\r\n") {
        co_await stream->accept_tls(tls);
        co_await stream->write("secure with " + stream->tls_peer() + "\r\n");
      }
    }
    co_await stream->shutdown();
  } catch (const Ended&) {
  }
}

Task<void> serve_all(Loop& loop, io::Listener& listener, const TlsContext& tls) {
  try {
    for (;;) {
      auto stream = co_await listener.accept();
      loop.spawn(serve(std::move(stream), tls), "session");
    }
  } catch (const Ended&) {
  }
}

struct Lines {
  World world{7};
  Loop client_loop{world, "client"};
  Loop server_loop{world, "server"};
  TlsContext tls{"server"};
  Pair ends = pair(client_loop, server_loop);
  Client client{client_loop, std::move(ends.a)};
  Lines() { server_loop.spawn(serve(std::move(ends.b), tls), "session"); }
};

TEST_CASE_FIXTURE(Lines, "a client speaks lines with a session") {
  CHECK(client.read_line() == "hello");
  CHECK(client.ask("one") == "one");
  client.send("two\r\nthree\r\n");
  CHECK(client.read_lines(2) == std::vector<std::string>{"two", "three"});
  client.send_line("QUIT");
  CHECK(client.at_end());
  CHECK(client.read_line() == Client::kEnd);
}

TEST_CASE_FIXTURE(Lines, "a client that gets no answer says so after its patience") {
  CHECK(client.read_line() == "hello");
  const auto before = world.now();
  CHECK(client.read_line() == Client::kSilence);
  CHECK(world.now() - before == 30s);
  CHECK(client.ask("still here") == "still here");
}

TEST_CASE_FIXTURE(Lines, "TLS flips the state and tells the peer's name") {
  CHECK(client.read_line() == "hello");
  CHECK(client.ask("STARTTLS") == "STARTTLS");
  const TlsContext own("somebody");
  CHECK(client.start_tls(own));
  CHECK(client.stream().is_secure());
  CHECK(client.stream().tls_peer() == "server");
  CHECK(client.stream().channel_binding().size() == 32);
  CHECK(client.read_line() == "secure with somebody");
}

TEST_CASE_FIXTURE(Lines, "TLS fails for a name that the certificate does not hold") {
  tls.names = {"mail.example"};
  client.read_line();
  client.ask("STARTTLS");
  CHECK_FALSE(client.start_tls(TlsContext("x"), "other.example"));
}

TEST_CASE_FIXTURE(Lines, "text instead of a handshake ends the connection") {
  client.read_line();
  CHECK(client.ask("STARTTLS") == "STARTTLS");
  client.send("NOOP\r\n");
  CHECK(client.read_line() == Client::kReset);  // it left with bytes unread
}

Task<void> write_much(io::Stream& stream, std::size_t& written, std::size_t total) {
  try {
    const std::string piece(1000, 'x');
    while (written < total) {
      co_await stream.write(piece);
      written += piece.size();
    }
  } catch (const Ended&) {
  }
}

TEST_CASE("a peer that never reads blocks the writer, and reading lets it go on") {
  World world(1);
  Loop a(world);
  Loop b(world);
  auto ends = pair(a, b);
  std::size_t written = 0;
  a.spawn(write_much(*ends.a, written, 1'000'000), "writer");
  world.run_for(1min);
  CHECK(written <= Link{}.window_bytes);
  Client reader(b, std::move(ends.b));
  CHECK(reader.read_bytes(500'000).size() == 500'000);
  CHECK(written >= 499'000);
}

Task<void> wait_for_reading(io::Stream& stream, std::string& outcome) {
  try {
    co_await stream.wait_readable();
    outcome = "readable";
  } catch (const Ended& ended) {
    outcome = ended.why() == Ended::Why::TimedOut ? "timed out" : ended.why() == Ended::Why::Shutdown ? "shut down" : "over";
  }
}

TEST_CASE("a deadline ends a wait at its time") {
  World world(1);
  Loop a(world);
  auto ends = pair(a, a);
  std::string outcome;
  ends.a->set_deadline(world.now() + 10s);
  a.spawn(wait_for_reading(*ends.a, outcome), "waiter");
  world.run_for(9s);
  CHECK(outcome.empty());
  world.run_for(2s);
  CHECK(outcome == "timed out");
}

TEST_CASE("interrupt ends a wait at once") {
  World world(1);
  Loop a(world);
  auto ends = pair(a, a);
  std::string outcome;
  a.spawn(wait_for_reading(*ends.a, outcome), "waiter");
  world.run_until_idle();
  ends.a->interrupt();
  world.run_until_idle();
  CHECK(outcome == "shut down");
}

TEST_CASE("a stream that moved is read on its new loop") {
  World world(1);
  Loop a(world);
  Loop b(world);
  Loop c(world);
  auto ends = pair(a, b);
  std::string outcome;
  ends.b->move_to(c);
  b.kill();
  c.spawn(wait_for_reading(*ends.b, outcome), "waiter");
  Client client(a, std::move(ends.a));
  client.send("x");
  world.run_until_idle();
  CHECK(outcome == "readable");
}

struct Hosts {
  World world{3};
  Network network{world};
  Loop user_loop{world, "user"};
  Loop loop{world, "node"};
  TlsContext tls{"server"};
  std::unique_ptr<io::Listener> listener = network.host("node").listen(loop, {"0.0.0.0", 25});
  Hosts() { loop.spawn(serve_all(loop, *listener, tls), "acceptor"); }
  ~Hosts() { loop.kill(); }  // before the listener that its task waits for
  Client connect() { return Client(user_loop, network.host("user"), {"node", 25}); }
};

TEST_CASE_FIXTURE(Hosts, "hosts connect by name and by address") {
  auto by_name = connect();
  CHECK(by_name.read_line() == "hello");
  Client by_address(user_loop, network.host("user"), {network.host("node").address(), 25});
  CHECK(by_address.read_line() == "hello");
  CHECK(by_address.stream().peer() == Endpoint{network.host("node").address(), 25});
  CHECK(network.connections("node") == 2);
}

TEST_CASE_FIXTURE(Hosts, "a port where nobody listens refuses") {
  CHECK_FALSE(Client(user_loop, network.host("user"), {"node", 26}).is_connected());
  listener->close();
  CHECK_FALSE(connect().is_connected());
}

TEST_CASE_FIXTURE(Hosts, "what a cut link held up arrives when it is whole again") {
  auto client = connect();
  CHECK(client.read_line() == "hello");
  network.cut("user", "node");
  CHECK(client.ask("one") == Client::kSilence);
  CHECK_FALSE(connect().is_connected());
  network.heal("user", "node");
  CHECK(client.read_line() == "one");
}

TEST_CASE_FIXTURE(Hosts, "a reset is seen at both ends") {
  auto client = connect();
  CHECK(client.read_line() == "hello");
  network.reset("node");
  CHECK(client.read_line() == Client::kReset);
  CHECK(loop.running() == 2);
  world.run_until_idle();
  CHECK(loop.running() == 1);
}

TEST_CASE_FIXTURE(Hosts, "a loop that is killed closes its connections and never runs again") {
  auto client = connect();
  CHECK(client.read_line() == "hello");
  loop.kill();
  listener.reset();
  CHECK(client.read_line() == Client::kEnd);
  CHECK_FALSE(connect().is_connected());
}

TEST_CASE_FIXTURE(Hosts, "a host without power is silent until it comes back and somebody writes") {
  auto client = connect();
  CHECK(client.read_line() == "hello");
  network.go_dark("node");
  loop.kill();
  listener.reset();
  CHECK(client.read_line() == Client::kSilence);
  network.come_back("node");
  CHECK(client.read_line() == Client::kSilence);
  CHECK(client.ask("anybody?") == Client::kReset);
}

TEST_CASE_FIXTURE(Hosts, "a slow link takes its time") {
  network.link("user", "node").bytes_per_second = 100;
  auto client = connect();
  CHECK(client.read_line() == "hello");
  const auto before = world.now();
  CHECK(client.ask(std::string(498, 'x')).size() == 498);
  CHECK(world.now() - before >= 5s);
}

TEST_CASE_FIXTURE(Hosts, "a stalled loop answers late") {
  auto client = connect();
  CHECK(client.read_line() == "hello");
  const auto before = world.now();
  loop.stall(10s);
  CHECK(client.ask("one") == "one");
  CHECK(world.now() - before >= 10s);
}

TEST_CASE("a pool does its work later and comes back to its loop") {
  World world(1);
  Loop loop(world);
  auto pool = std::make_unique<Pool>(world, Pool::Options{.threads = 1, .queue = 2});
  CHECK(world.run(loop, pool->run(loop, [] { return 6 * 7; })) == 42);
  int done = 0;
  CHECK(pool->submit([&done] { ++done; }));
  CHECK(pool->submit([&done] { ++done; }));
  CHECK_FALSE(pool->submit([&done] { ++done; }));
  pool.reset();
  world.run_until_idle();
  CHECK(done == 0);
}

TEST_CASE("a clock jumps alone, and its steady time with nobody") {
  World world(1);
  Clock clock(world);
  const auto before = clock.now();
  const auto tick = clock.steady();
  clock.jump(-1h);
  CHECK(clock.now() == before - 1h);
  CHECK(clock.steady() == tick);
  CHECK(world.clock().now() == before);
  world.run_for(5s);
  CHECK(clock.now() == before - 1h + 5s);
}

Task<void> tick(Loop& loop, int times) {
  for (int i = 0; i < times; ++i) {
    co_await loop.sleep(1ms);
    co_await loop.yield();
  }
}

std::uint64_t hash_of_a_run(std::uint64_t seed) {
  Hosts hosts;
  World world(seed);
  Loop a(world);
  Loop b(world);
  auto ends = pair(a, b);
  const TlsContext tls;
  b.spawn(serve(std::move(ends.b), tls), "session");
  a.spawn(tick(a, 20), "ticks");
  Client client(a, std::move(ends.a));
  for (int i = 0; i < 20; ++i) client.ask("some line of text");
  return world.trace_hash();
}

TEST_CASE("a seed gives the same run twice, and another seed another") {
  CHECK(hash_of_a_run(1) == hash_of_a_run(1));
  CHECK(hash_of_a_run(1) != hash_of_a_run(2));
}

}  // namespace
}  // namespace postroad::io::simulated
