// From the client's line to the store: what got its 250 survives a crash.
#include "delivery/testing.h"
#include "smtpd/server.h"

using namespace postroad;
using namespace postroad::smtpd;
using delivery::testing::Node;

namespace {

constexpr int kMessages = 8;

// Sends messages to ann and bob one after another, and counts those that were acknowledged.
io::Task<void> send_all(std::unique_ptr<io::Stream> stream, int* acknowledged) {
  try {
    io::Reader reader(*stream);
    co_await stream->write("LHLO client.example\r\n");
    for (int sent = 0; sent < kMessages; ++sent) {
      co_await stream->write(
          "MAIL FROM:<x@far.example>\r\nRCPT TO:<ann@example.org>\r\nRCPT TO:<bob@example.org>\r\n"
          "BDAT 21 LAST\r\nSubject: hi\r\n\r\nbody\r\n");
      for (int replies = 0; replies < 2;) {
        const auto line = co_await reader.line(1000);
        if (line && line->contains("accepted as")) ++replies;
      }
      ++*acknowledged;
    }
  } catch (const io::Ended&) {  // the server is gone
  }
}

}  // namespace

TEST_CASE("what got its 250 is there after a crash, once for each, wherever the crash was") {
  bool was_cut = false;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Node node(seed);
    io::simulated::Loop client_loop(node.world, "client");
    int acknowledged = 0;
    {
      Budget budget(1 << 20);
      std::atomic<std::size_t> open_sessions = 0;
      Server server({.dialect = smtp::Dialect::Lmtp, .host = "mx.example.org"},
                    {*node.loop, node.world.random(), node.directory, *node.local, budget, open_sessions, node.log, nullptr}, node.metrics);
      auto ends = io::simulated::pair(client_loop, *node.loop);
      node.loop->post([&server, &ends] { server.take(std::move(ends.b)); });
      client_loop.spawn(send_all(std::move(ends.a), &acknowledged), "client");
      const auto steps = node.world.random().below(800);
      for (std::uint64_t i = 0; i < steps; ++i) node.world.step();
      node.loop->kill();
      node.other->kill();
    }
    const auto promised = acknowledged;
    was_cut = was_cut || (promised > 0 && promised < kMessages);
    node.crash();
    node.world.run_for(std::chrono::hours(1));
    for (const char* address : {"ann@example.org", "bob@example.org"}) {
      const auto found = static_cast<int>(node.count(address));
      CHECK(found >= promised);
      CHECK(found <= promised + 1);  // one may have been under way
    }
  }
  CHECK(was_cut);
}
