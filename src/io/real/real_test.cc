#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "io/reader.h"
#include "io/real/network.h"
#include "io/real/resolver.h"

using namespace postroad;
using namespace std::chrono_literals;
using io::Task;

namespace {

Task<void> count_on_every_loop(io::real::Machine* machine, std::vector<std::thread::id>* ids) {
  for (auto* loop : machine->loops()) {
    co_await loop->enter();
    CHECK(loop->is_here());
    ids->push_back(std::this_thread::get_id());
  }
  machine->stop();
}

Task<void> ask_pool(io::real::Machine* machine, io::Pool* pool, int* answer) {
  const auto made = co_await pool->run(machine->loop(0), [] { return 42; });
  CHECK(machine->loop(0).is_here());
  *answer = *made;
  machine->stop();
}

Task<void> resolve(io::real::Machine* machine, io::Resolver* resolver, std::vector<std::string> names, std::string* answers) {
  for (const auto& name : names) {
    const auto found = co_await resolver->addresses(machine->loop(0), name);
    *answers += found ? found->front() + " " : "none ";
  }
  machine->stop();
}

Task<void> read_until_deadline(io::Listener* listener, io::real::Machine* machine, std::optional<io::Ended::Why>* why) {
  const auto stream = co_await listener->accept();
  stream->set_deadline(machine->clock().steady() + 10ms);
  try {
    char byte[1];
    co_await stream->read(byte);
  } catch (const io::Ended& ended) {
    *why = ended.why();
  }
  machine->stop();
}

Task<void> connect_and_hold(io::real::Machine* machine, io::Endpoint to, std::unique_ptr<io::Stream>* held) {
  io::real::Network network;
  *held = co_await network.connect(machine->loop(0), to, io::kNever);
}

}  // namespace

TEST_CASE("a task enters one loop after the other, each its own thread") {
  io::real::Machine machine(3);
  std::vector<std::thread::id> ids;
  machine.loop(0).spawn(count_on_every_loop(&machine, &ids), "counter");
  machine.run();
  REQUIRE(ids.size() == 3);
  CHECK(ids[0] != ids[1]);
  CHECK(ids[1] != ids[2]);
}

TEST_CASE("a pool's answer comes back to the asking loop") {
  io::real::Pool pool(2, 10);
  io::real::Machine machine(1);
  int answer = 0;
  machine.loop(0).spawn(ask_pool(&machine, &pool, &answer), "asker");
  machine.run();
  CHECK(answer == 42);
}

TEST_CASE("an address is its own, and a name that is none has no address") {
  io::real::Pool pool(1, 10);
  io::real::Resolver resolver(pool);
  io::real::Machine machine(1);
  std::string answers;
  machine.loop(0).spawn(resolve(&machine, &resolver, {"127.0.0.1", "::1", "no such name", ""}, &answers), "asker");
  machine.run();
  CHECK(answers == "127.0.0.1 ::1 none none ");
}

TEST_CASE("a pool with a full queue refuses") {
  std::atomic<bool> may_go = false;
  io::real::Pool pool(1, 1);
  std::atomic<bool> runs = false;
  CHECK(pool.submit([&] {
    runs = true;
    runs.notify_all();
    may_go.wait(false);
  }));
  runs.wait(false);
  CHECK(pool.submit([] {}));
  CHECK_FALSE(pool.submit([] {}));
  may_go = true;
  may_go.notify_all();
}

TEST_CASE("a read ends at its deadline") {
  io::real::Machine machine(1);
  io::real::Network network;
  const auto listener = network.listen(machine.loop(0), {"127.0.0.1", 0});
  std::optional<io::Ended::Why> why;
  std::unique_ptr<io::Stream> held;
  machine.loop(0).spawn(read_until_deadline(listener.get(), &machine, &why), "reader");
  machine.loop(0).spawn(connect_and_hold(&machine, listener->local(), &held), "client");
  machine.run();
  CHECK(why == io::Ended::Why::TimedOut);
}

// Reads what is there, a few octets at a time; `is_done` then.
Task<void> read_in_bits(std::unique_ptr<io::Stream> stream, std::size_t bytes, bool* is_done) {
  char bit[100];
  for (std::size_t got = 0; got < bytes;) got += co_await stream->read(bit);
  *is_done = true;
}

Task<void> count_turns(io::real::Machine* machine, const bool* is_done, int* turns) {
  for (; !*is_done; ++*turns) co_await machine->loop(0).yield();
  machine->stop();
}

TEST_CASE("a stream whose peer is always ahead lets others have their turn") {
  constexpr std::size_t kBytes = 100'000;
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
  const std::string bytes(kBytes, 'x');
  REQUIRE(::send(ends[1], bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(kBytes));
  io::real::Machine machine(1);
  bool is_done = false;
  int turns = 0;
  machine.loop(0).spawn(read_in_bits(io::real::adopt_stream(machine.loop(0), ends[0]), kBytes, &is_done), "reader");
  machine.loop(0).spawn(count_turns(&machine, &is_done, &turns), "other");
  machine.run();
  CHECK(turns >= 30);
  ::close(ends[1]);
}

TEST_CASE("a taken address is refused with its name") {
  io::real::Machine machine(1);
  io::real::Network network;
  const auto listener = network.listen(machine.loop(0), {"127.0.0.1", 0});
  CHECK_THROWS_WITH_AS(network.listen(machine.loop(0), listener->local()), doctest::Contains("can't listen on 127.0.0.1:"), io::Ended);
}
