#include "feed/testing.h"

// What control asks its clusters.
namespace postroad::feed {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using io::Task;

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

}  // namespace
}  // namespace postroad::feed
