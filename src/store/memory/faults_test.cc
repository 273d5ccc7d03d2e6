// What the strict memory engine does to its users when things go wrong.
#include "store/memory/faults.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "store/ask.h"
#include "store/conformance_memory.h"
#include "store/memory/state.h"
#include "store/settle.h"

using namespace postroad;
using namespace postroad::store;
using namespace std::chrono_literals;
using memory::Fate;
using store::testing::Ask;
using store::testing::OnMemory;

namespace {

// The next commit on a partition "p..." has this fate.
void plan(memory::Disk& disk, Fate fate) {
  disk.faults().on_commit = [&disk, fate](const Partition& partition, const Batch&) -> std::optional<Fate> {
    if (!partition.starts_with("p")) return std::nullopt;
    disk.faults().on_commit = {};
    return fate;
  };
}

io::Task<void> commit_and_note(Engine* engine, Partition partition, Batch batch, std::string note,
                               std::set<std::string>* acknowledged) {
  const auto committed = co_await engine->commit(std::move(partition), std::move(batch));
  if (committed.outcome == Outcome::Committed) acknowledged->insert(note);
}
io::Task<void> put_piece_and_note(Engine* engine, std::string id, std::uint32_t piece, std::string note,
                                  std::set<std::string>* acknowledged) {
  const auto put = co_await engine->body_put(id, piece, std::string(1000, 'x'));
  if (put) acknowledged->insert(note);
}

Batch put_of(std::string key, std::string value = "v") {
  return {.expect = {}, .put = {{std::move(key), std::move(value)}}, .del = {}, .bodies = {}};
}

// Whether `work` stops the process, tried in a child of this one.
template <class Work>
bool stops(Work work) {
  const auto child = ::fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    ::close(STDERR_FILENO);
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

// A node that crashed while 20 commits and 4 pieces were under way.
struct Crash {
  explicit Crash(std::uint64_t seed) : world(seed), disk(seed) {
    auto loop = std::make_unique<io::simulated::Loop>(world);
    auto store = memory::open(disk);
    auto& engine = store->on(*loop);
    for (int i = 0; i < 20; ++i) {
      const auto number = std::to_string(i);
      Batch batch{.expect = {}, .put = {{"a", "1"}, {"b", "2"}}, .del = {}, .bodies = {{"body" + number, "bytes"}}};
      loop->spawn(commit_and_note(&engine, "p" + number, std::move(batch), "p" + number, &acknowledged), "commit");
    }
    for (std::uint32_t i = 0; i < 4; ++i)
      loop->spawn(put_piece_and_note(&engine, "pieces", i, "piece" + std::to_string(i), &acknowledged), "piece");
    world.run_for(std::chrono::microseconds(world.random().below(700)));
    loop->kill();
    store.reset();
  }

  bool has(int i) { return !disk.rows("p" + std::to_string(i)).empty(); }

  io::simulated::World world;
  memory::Disk disk;
  std::set<std::string> acknowledged;
};

}  // namespace

TEST_CASE("a commit whose answer is unknown was written, or was not, or is written later") {
  struct Case {
    Fate fate;
    const char* outcome;
    const char *at_once, *after;
  };
  const Case cases[] = {
      {Fate::Good, "committed", "v", "v"},
      {Fate::Unavailable, "unavailable", "-", "-"},
      {Fate::UnknownUnwritten, "unknown", "-", "-"},
      {Fate::UnknownWritten, "unknown", "v", "v"},
      {Fate::UnknownLate, "unknown", "-", "v"},
  };
  for (const auto& c : cases) {
    CAPTURE(static_cast<int>(c.fate));
    OnMemory on;
    Ask ask(on);
    plan(on.disk(), c.fate);
    CHECK(ask.put("p", {{"k", "v"}}) == c.outcome);
    CHECK(ask.get("p", "k") == c.at_once);
    on.pass(1min);
    CHECK(ask.get("p", "k") == c.after);
  }
}

TEST_CASE("what is late is never written after another commit on the partition") {
  OnMemory on;
  Ask ask(on);
  ask.put("p", {{"k", "old"}});
  plan(on.disk(), Fate::UnknownLate);
  CHECK(ask.put("p", {{"k", "late"}}) == "unknown");
  CHECK(ask.put("p", {{"k", "new"}}) == "committed");
  on.pass(1min);
  CHECK(ask.get("p", "k") == "new");
}

TEST_CASE("what is late still meets its expectations") {
  OnMemory on;
  Ask ask(on);
  plan(on.disk(), Fate::UnknownLate);
  CHECK(ask.put("p", {{"k", "late"}}, {{"n", "1"}}) == "unknown");
  on.pass(1min);
  CHECK(ask.get("p", "k") == "-");
}

TEST_CASE("what is late may land right behind a read, and what was made of that read meets its expectations") {
  OnMemory on;
  Ask ask(on);
  ask.put("p", {{"k", "old"}});
  on.disk().faults().late_after_read = 1;
  plan(on.disk(), Fate::UnknownLate);
  CHECK(ask.put("p", {{"k", "late"}}) == "unknown");
  CHECK(ask.get("p", "k") == "old");
  CHECK(ask.put("p", {{"k", "new"}}, {{"k", "old"}}) == "conflict");
  CHECK(ask.get("p", "k") == "late");
}

TEST_CASE("after settle() an unknown commit stays as it is") {
  for (const auto fate : {Fate::UnknownUnwritten, Fate::UnknownWritten, Fate::UnknownLate}) {
    OnMemory on;
    Ask ask(on);
    plan(on.disk(), fate);
    CHECK(ask.put("p", {{"k", "v"}}) == "unknown");
    CHECK(on.run(settle(on.engine(), on.loop(), "p", io::kNever)).has_value());
    const auto then = ask.get("p", "k");
    on.pass(1h);
    CHECK(ask.get("p", "k") == then);
  }
}

TEST_CASE("settle() gives up at its time, and goes on where the store comes back before") {
  OnMemory on;
  on.disk().faults().is_down = true;
  const auto start = on.world().now();
  CHECK(on.run(settle(on.engine(), on.loop(), "p", start + 10s)).error().fault == Fault::Busy);
  CHECK(on.world().now() < start + 11s);
  on.world().after(5s, [&on] { on.disk().faults().is_down = false; });
  CHECK(on.run(settle(on.engine(), on.loop(), "p", on.world().now() + 60s)).has_value());
}

TEST_CASE("a store that is down refuses everything and changes nothing") {
  OnMemory on;
  Ask ask(on);
  ask.put("p", {{"k", "v"}});
  on.disk().faults().is_down = true;
  CHECK(ask.put("p", {{"k", "w"}}) == "unavailable");
  CHECK(ask.get("p", "k") == "the store is unavailable; try again later");
  CHECK_FALSE(ask.body_put("b", 0, "x"));
  CHECK_FALSE(ask.drop("p"));
  CHECK(ask.acquire("l", "me").error().fault == Fault::Busy);
  on.disk().faults().is_down = false;
  on.pass(1min);
  CHECK(ask.get("p", "k") == "v");
  CHECK(on.disk().bodies().empty());
}

TEST_CASE("damage is told, not read over") {
  OnMemory on;
  Ask ask(on);
  ask.put("p", {{"k", "v"}});
  ask.body_put("b", 0, "x");
  on.disk().damage_partition("p");
  on.disk().damage_body("b");
  CHECK(on.run(on.engine().get("p", {"k"})).error().fault == Fault::Broken);
  CHECK(on.run(on.engine().scan("p", "", "", 1)).error().fault == Fault::Broken);
  CHECK(on.run(on.engine().body_get("b", 0, 1)).error().fault == Fault::Broken);
}

TEST_CASE("a bell that is lost is told as lost later") {
  OnMemory on;
  on.disk().faults().bell_lost = 1;
  int rung = 0;
  int lost = 0;
  const auto heard = on.engine().bell_listen("t", [&rung] { ++rung; }, [&lost] { ++lost; });
  on.engine().bell_ring("t");
  on.pass(1min);
  CHECK(rung == 0);
  CHECK(lost == 1);
}

TEST_CASE("a crash loses nothing acknowledged and tears no batch") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    Crash crash(seed);
    crash.disk.settle();
    const auto bodies = crash.disk.bodies();
    for (int i = 0; i < 20; ++i) {
      const auto rows = crash.disk.rows("p" + std::to_string(i));
      CHECK((rows.empty() || rows.size() == 2));
      CHECK(bodies.contains("body" + std::to_string(i)) == !rows.empty());
      if (crash.acknowledged.contains("p" + std::to_string(i))) CHECK(rows.size() == 2);
    }
  }
}

TEST_CASE("crashes lose unacknowledged writes, keep others, in no order, and let some land late") {
  int lost = 0, kept = 0, out_of_order = 0, late = 0, torn_bodies = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Crash crash(seed);
    crash.disk.state().land(crash.world.now() + 1ms);
    for (int i = 0; i < 20; ++i) {
      const bool is_acknowledged = crash.acknowledged.contains("p" + std::to_string(i));
      (crash.has(i) || is_acknowledged ? kept : lost) += is_acknowledged ? 0 : 1;
      if (i > 0 && crash.has(i) && !crash.has(i - 1)) ++out_of_order;
    }
    const auto before = crash.disk.partitions().size();
    crash.disk.settle();
    late += crash.disk.partitions().size() > before ? 1 : 0;
    const auto& pieces = crash.disk.state().pieces;
    torn_bodies += !pieces.contains({"pieces", 0}) && pieces.contains({"pieces", 3}) ? 1 : 0;
  }
  CHECK(lost > 50);
  CHECK(kept > 50);
  CHECK(out_of_order > 50);
  CHECK(late > 10);
  CHECK(torn_bodies > 10);
}

TEST_CASE("what a seed does it does always") {
  Crash first(7), second(7);
  CHECK(first.world.trace_hash() == second.world.trace_hash());
  CHECK(first.acknowledged == second.acknowledged);
  CHECK(first.disk.partitions() == second.disk.partitions());
}

TEST_CASE("several nodes see each other's commits, and one's crash leaves the other's alone") {
  OnMemory on;
  Ask ask(on);
  auto other = memory::open(on.disk());
  CHECK(on.run(other->on(on.loop()).commit("p", put_of("k"))).outcome == Outcome::Committed);
  CHECK(ask.get("p", "k") == "v");
  std::set<std::string> acknowledged;
  on.loop().spawn(commit_and_note(&on.engine(), "q", put_of("k"), "q", &acknowledged), "commit");
  on.world().run_for(10us);
  other.reset();
  on.pass(1s);
  CHECK(acknowledged.contains("q"));
}

TEST_CASE("overstepped limits and changed bodies stop the process") {
  const auto try_batch = [](Batch batch) {
    OnMemory on;
    on.run(on.engine().commit("p", std::move(batch)));
  };
  CHECK_FALSE(stops([&] { try_batch(put_of("k")); }));
  CHECK(stops([&] { try_batch(put_of("k", "")); }));
  CHECK(stops([&] { try_batch({.expect = {}, .put = {{"k", "1"}}, .del = {"k"}, .bodies = {}}); }));
  CHECK(stops([] {
    OnMemory on;
    on.run(on.engine().get("Upper", {}));
  }));
  CHECK(stops([] {
    OnMemory on;
    on.run(on.engine().scan("p", "", "", kScanRows + 1));
  }));
  CHECK(stops([] {
    OnMemory on;
    Ask ask(on);
    ask.body_put("b", 0, "one");
    ask.body_put("b", 0, "two");
  }));
}
