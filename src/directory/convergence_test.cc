#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "directory/directory.h"
#include "directory/testing.h"
#include "io/simulated.h"
#include "store/memory/memory.h"

// However the feed's batches come, and whenever the node crashes, the directory ends as if each change had been applied
// once, in order; and control hears one thing about each.
namespace postroad::directory {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using store::memory::Fate;
namespace simulated = io::simulated;

constexpr int kDomains = 4;
constexpr int kLocals = 8;

std::string domain_name(std::uint64_t n) { return "d" + std::to_string(n) + ".example"; }

// Changes within a small world, so that many meet, and many are refused.
class Changes {
 public:
  explicit Changes(simulated::Random random) : random_(random) {}

  feed::Change next() {
    position_ += 1 + random_.below(3);
    return {position_, "c" + std::to_string(position_), payload()};
  }

 private:
  std::string some_domain() { return id('d', domain_name(random_.below(kDomains))); }
  std::string some_local() { return (random_.once_in(2) ? "X" : "x") + std::to_string(random_.below(kLocals)); }
  std::string some_account() { return id('a', std::to_string(random_.below(20))); }
  std::string some_hash() {
    static const std::string kHashes[] = {"", "junk", "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
                                          "{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0"};
    return kHashes[random_.below(4)];
  }
  feed::Payload payload() {
    switch (random_.below(14)) {
      case 0: return put_domain();
      case 1: return feed::DeleteDomain{some_domain()};
      case 2: return feed::SetDomainDisabled{some_domain(), random_.once_in(3)};
      case 3: return feed::DeleteAccount{some_account()};
      case 4: return feed::PutAlias{{some_domain(), some_local(), some_account()}};
      case 5: return feed::PutAlias{{some_domain(), some_local(), some_account()}};
      case 6: return feed::DeleteAlias{some_domain(), some_local()};
      case 7: return feed::SetPassword{some_account(), some_hash()};
      case 8: return feed::SetServices{some_account(), {{feed::kServices[random_.below(5)], ServiceState(random_.below(3))}}};
      case 9: return feed::RestoreAccount{{some_account(), some_domain(), some_local()}, some_hash()};
      case 10: return feed::PutSettings{some_account(), {.spam_level = some_local()}};
      default: return feed::PutAccount{{some_account(), some_domain(), some_local()}, some_hash(), random_.once_in(2)};
    }
  }
  feed::Payload put_domain() {
    const auto n = random_.below(kDomains);
    auto made = domain(domain_name(n));
    if (random_.once_in(4)) made.alias_of = some_domain();
    if (random_.once_in(4)) made.catch_all = some_account();
    if (random_.once_in(4)) made.name = "also-" + made.name;
    return feed::PutDomain{made};
  }

  simulated::Random random_;
  feed::Position position_ = 0;
};

// All that a directory says about that small world.
std::string told(const Snapshot& snapshot) {
  std::string text;
  for (std::uint64_t n = 0; n < kDomains; ++n) {
    const auto found = snapshot.domain_by_id(id('d', domain_name(n)));
    if (found == nullptr) continue;
    text += feed::encode(*found) + "\n";
    for (int local = 0; local < kLocals; ++local) {
      const auto address = "x" + std::to_string(local) + "@" + found->name;
      const auto owner = snapshot.account_of(address);
      text += address + " " + (owner == nullptr ? "-" : owner->id) + "\n";
    }
  }
  for (int n = 0; n < 20; ++n) {
    const auto found = snapshot.account(id('a', std::to_string(n)));
    if (found == nullptr) continue;
    text += feed::encode(*found) + std::to_string(found->credentials_version) + "\n";
    auto aliases = snapshot.aliases_of(found->id);
    std::ranges::sort(aliases, {}, [](const auto& alias) { return alias.domain + alias.local; });
    for (const auto& alias : aliases) text += feed::encode(alias) + "\n";
  }
  return text;
}

// The agenda's rows, without their times, which are each node's own.
std::set<std::string> agenda_of(const store::memory::Disk& disk) {
  std::set<std::string> made;
  for (const auto& partition : disk.partitions())
    for (const auto& row : disk.rows(partition))
      if (row.key.starts_with(store::agenda::kTimedPrefix)) {
        const auto timed = store::agenda::parse(row).value();
        made.insert(timed.kind + " " + timed.id + " " + timed.payload);
      }
  return made;
}

// What must come of the changes: each decided once, in order, on a directory that never crashed.
struct Expected {
  std::vector<feed::Change> log;
  std::map<feed::Position, std::string> outcomes;
  std::string told;
  std::set<std::string> agenda;

  Expected(simulated::Random random, std::size_t count) {
    simulated::World world(1);
    store::memory::Disk disk(1);
    simulated::Loop loop(world);
    const auto store = store::memory::open(disk);
    log::Silence silence;
    metrics::Registry metrics;
    Directory directory(loop, *store, silence, metrics, {.shards = 1});
    REQUIRE(world.run(loop, directory.open()).has_value());
    Changes changes(random);
    for (std::size_t n = 0; n < count; ++n) {
      log.push_back(changes.next());
      const auto settled = world.run(loop, directory.apply("log", {directory.position(), {log.back()}}));
      outcomes[log.back().position] = settled->at(0).is_applied ? "ok" : settled->at(0).reason;
    }
    told = directory::told(*directory.now());
    agenda = agenda_of(disk);
    loop.kill();
  }

  // A stretch of the log behind `after`.
  feed::Batch batch(feed::Position after, std::size_t most) const {
    feed::Batch made{after, {}};
    for (const auto& change : log)
      if (change.position > after && made.changes.size() < most) made.changes.push_back(change);
    return made;
  }
  feed::Position last() const { return log.back().position; }
};

struct Node {
  Node(simulated::World& world, store::memory::Disk& disk)
      : loop(world), store(store::memory::open(disk)), directory(loop, *store, silence, metrics, {.shards = 3}) {}
  ~Node() { loop.kill(); }
  simulated::Loop loop;
  std::unique_ptr<store::Store> store;
  log::Silence silence;
  metrics::Registry metrics;
  Directory directory;
};

// Control: hands out what it pleases, again and out of order, and remembers what it heard.
class Control {
 public:
  Control(const Expected& expected, simulated::Random random) : expected_(expected), random_(random) {}

  feed::Batch next(feed::Position applied) {
    // Mostly from where it stands; at times from before (a delivery that comes late), or with a gap (which must be
    // refused). Never from between: an `after` says that control knows all up to there.
    auto after = acknowledged_;
    if (random_.once_in(4)) after = expected_.log[random_.below(expected_.log.size())].position;
    if (after > acknowledged_ && after <= applied) after = acknowledged_;
    return expected_.batch(after, 1 + random_.below(12));
  }
  void hear(const std::vector<feed::Settled>& settled) {
    if (random_.once_in(4)) return;  // lost on its way
    for (const auto& one : settled) {
      const auto outcome = one.is_applied ? "ok" : one.reason;
      CHECK(outcome == expected_.outcomes.at(one.position));
    }
    // Only what follows on what is known already.
    for (const auto& one : settled)
      if (!expected_.batch(acknowledged_, 1).changes.empty() &&
          expected_.batch(acknowledged_, 1).changes[0].position == one.position)
        acknowledged_ = one.position;
  }
  bool is_done() const { return acknowledged_ == expected_.last(); }

 private:
  const Expected& expected_;
  simulated::Random random_;
  feed::Position acknowledged_ = 0;
};

// The agenda finds all new accounts: there is no row without its mark.
void greet_all(simulated::World& world, Node& node) {
  struct Greet {
    static io::Task<Result<bool>> run(Directory::Greeting) { co_return true; }
  };
  store::agenda::Runner runner(node.store->on(node.loop), node.loop, "node", {}, node.silence, node.metrics);
  node.directory.join(runner, [](Directory::Greeting greeting) { return Greet::run(std::move(greeting)); });
  runner.start();
  world.run_for(1min);
  world.run(node.loop, runner.stop());
}

// Plays batches at the node until control knows all. With `crash_once_in`, the node dies in the midst of some.
void play(std::uint64_t seed, std::size_t count, std::uint64_t crash_once_in, const store::memory::Faults& faults) {
  CAPTURE(seed);
  simulated::Random random(seed);
  const Expected expected(random.fork("changes"), count);
  Control control(expected, random.fork("control"));
  simulated::World world(seed);
  store::memory::Disk disk(seed);
  disk.faults() = faults;

  auto node = std::make_unique<Node>(world, disk);
  const auto open = [&] {
    while (!world.run(node->loop, node->directory.open()).has_value()) world.run_for(1s);
  };
  struct Apply {
    static io::Task<void> run(Directory& directory, feed::Batch batch, std::optional<Result<std::vector<feed::Settled>>>& into) {
      into = co_await directory.apply("log", std::move(batch));
    }
  };
  open();
  for (int rounds = 0; !control.is_done(); ++rounds) {
    REQUIRE(rounds < 5000);
    std::optional<Result<std::vector<feed::Settled>>> answer;
    node->loop.spawn(Apply::run(node->directory, control.next(node->directory.position()), answer), "apply");
    if (crash_once_in != 0 && random.once_in(crash_once_in)) {
      for (auto steps = random.below(60); steps > 0 && !answer; --steps) world.step();
      node.reset();
      node = std::make_unique<Node>(world, disk);
      open();
      // Time for what the dead node had under way to land late.
      if (random.once_in(2)) world.run_for(std::chrono::seconds(random.below(30)));
      continue;
    }
    REQUIRE(world.run_until([&] { return answer.has_value(); }));
    if (*answer) control.hear(**answer);
  }
  CHECK(told(*node->directory.now()) == expected.told);
  node.reset();
  disk.faults() = {};
  node = std::make_unique<Node>(world, disk);
  open();
  CHECK(told(*node->directory.now()) == expected.told);
  CHECK(agenda_of(disk) == expected.agenda);
  if (seed % 8 != 0) return;
  greet_all(world, *node);
  for (const auto& left : agenda_of(disk)) CHECK_FALSE(left.starts_with("account.welcome"));
}

TEST_CASE("batches that are repeated, reordered and cut anyhow converge") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) play(seed, 120, 0, {});
}

TEST_CASE("so they do with crashes in the midst") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) play(seed, 60, 3, {});
}

TEST_CASE("so they do on a store that is unsure and unavailable") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    play(seed, 60, 5, {.commit_unknown = 8, .commit_unavailable = 12, .read_busy = 40, .slow = 20});
}

// From the directory's position to the end of the log.
io::Task<void> apply_all(io::Loop& loop, Directory& directory, const Expected& expected, bool& is_done) {
  while (!co_await directory.open()) co_await loop.sleep(1s);
  while (directory.position() < expected.last())
    if (!co_await directory.apply("log", expected.batch(directory.position(), 10))) co_await loop.sleep(1s);
  is_done = true;
}

// The node dies some steps after its commit number `crash_at` was answered with `fate`.
void crash_at_commit(const Expected& expected, Fate fate, int crash_at, std::uint64_t seed) {
  CAPTURE(static_cast<int>(fate));
  CAPTURE(crash_at);
  CAPTURE(seed);
  simulated::World world(seed);
  store::memory::Disk disk(seed);
  int commits = 0;
  disk.faults().on_commit = [&](const store::Partition&, const store::Batch&) {
    return commits++ == crash_at ? std::optional(fate) : std::nullopt;
  };
  auto node = std::make_unique<Node>(world, disk);
  bool is_done = false;
  node->loop.spawn(apply_all(node->loop, node->directory, expected, is_done), "all");
  REQUIRE(world.run_until([&] { return commits > crash_at || is_done; }));
  for (auto steps = world.random().below(12); steps > 0; --steps) world.step();
  node.reset();

  node = std::make_unique<Node>(world, disk);
  world.run(node->loop, apply_all(node->loop, node->directory, expected, is_done));
  CHECK(told(*node->directory.now()) == expected.told);
  CHECK(agenda_of(disk) == expected.agenda);
  const auto settled = world.run(node->loop, node->directory.apply("log", expected.batch(0, 256)));
  REQUIRE(settled.has_value());
  for (const auto& one : *settled) CHECK((one.is_applied ? "ok" : one.reason) == expected.outcomes.at(one.position));
}

TEST_CASE("a crash at each commit, whatever became of it, loses nothing and does nothing twice") {
  const Expected expected(simulated::Random(7), 200);
  for (const auto fate : {Fate::Good, Fate::UnknownUnwritten, Fate::UnknownWritten, Fate::UnknownLate})
    for (int crash_at = 0; crash_at < 70; ++crash_at)
      for (std::uint64_t seed = 1; seed <= 3; ++seed) crash_at_commit(expected, fate, crash_at, seed);
}

}  // namespace
}  // namespace postroad::directory
