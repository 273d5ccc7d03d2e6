#include "queue/queue.h"

#include <doctest/doctest.h>

#include "io/simulated.h"
#include "store/memory/memory.h"

using namespace postroad;
using namespace postroad::queue;
using namespace std::chrono_literals;
using store::memory::Fate;

namespace {

// A queue on a store in memory, which may crash.
class Node {
 public:
  explicit Node(std::uint64_t seed = 1) : world(seed), disk(seed) { start(); }
  ~Node() { kill(); }

  void kill() {
    loop->kill();
    queue.reset();
    store.reset();
    loop.reset();
  }
  void start() {
    loop = std::make_unique<io::simulated::Loop>(world);
    store = store::memory::open(disk);
    queue = std::make_unique<Queue>(store->on(*loop), *loop);
  }
  void crash() {
    kill();
    start();
  }
  template <class T>
  T run(io::Task<T> task) {
    return world.run(*loop, std::move(task));
  }

  Entry entry(char last = 'a') {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(loop->clock().now());
    return {.id = make_id('m', now, 0, 7).substr(0, 26) + last, .accepted_at = now, .next = now + 1s,
            .sender = "x@far.example", .addressees = {{.account = "aone", .recipient = "one@example.org"}, {.account = "atwo"}}};
  }
  Result<> put(const Entry& entry, std::string text = "text", std::chrono::seconds patience = 60s) {
    return run(queue->put(entry, std::make_shared<const std::string>(std::move(text)), world.now() + patience));
  }
  std::vector<Entry> all(std::size_t limit = 100) {
    std::vector<Entry> found;
    std::string after;
    do {
      const auto page = run(queue->list(after, limit)).value();
      found.insert(found.end(), page.entries.begin(), page.entries.end());
      after = page.after;
    } while (!after.empty());
    return found;
  }

  io::simulated::World world;
  store::memory::Disk disk;
  std::unique_ptr<io::simulated::Loop> loop;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Queue> queue;
};

}  // namespace

TEST_CASE("an entry is read as it was written") {
  Node node;
  auto entry = node.entry();
  entry.state = Entry::State::Stuck;
  entry.size_bytes = 77;
  entry.attempts = 3;
  entry.why = "full";
  entry.envid = "QQ 314";
  entry.ret = "FULL";
  entry.addressees[0].notify = "NEVER";
  entry.addressees[0].orcpt = "rfc822;old@example.org";
  CHECK(decode(entry.id, encode(entry)) == entry);
  CHECK_FALSE(decode(entry.id, ""));
  CHECK_FALSE(decode(entry.id, "\x01"));
  CHECK_FALSE(decode(entry.id, "\x7f"));
}

TEST_CASE("too many addressees for a row are kept by their accounts alone") {
  Node node;
  auto entry = node.entry();
  entry.addressees.assign(10'000, {.account = std::string(27, 'a'), .recipient = std::string(300, 'r')});
  const auto value = encode(entry);
  CHECK(value.size() < kAddresseesBytes);
  const auto read = decode(entry.id, value).value();
  REQUIRE(read.addressees.size() == 10'000);
  CHECK(read.addressees[9'999] == Addressee{.account = std::string(27, 'a')});
}

TEST_CASE("what is put is there after a crash, with its text") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{1} << 20, (std::size_t{3} << 20) + 5}) {
    Node node;
    CAPTURE(size);
    const std::string text(size, 'x');
    const auto entry = node.entry();
    REQUIRE(node.put(entry, text));
    node.crash();
    const auto found = node.run(node.queue->find(entry.id)).value();
    CHECK(found.state == Entry::State::Waiting);
    CHECK(found.addressees == entry.addressees);
    CHECK(found.size_bytes == size);
    CHECK(node.run(node.queue->text(found)).value() == text);
  }
}

TEST_CASE("put finds out what became of an unknown commit") {
  for (const auto fate : {Fate::UnknownUnwritten, Fate::UnknownWritten, Fate::UnknownLate, Fate::Unavailable}) {
    for (const std::size_t size : {std::size_t{10}, std::size_t{2} << 20}) {
      for (int failing = 0; failing < 3; ++failing) {
        Node node;
        CAPTURE(size);
        CAPTURE(failing);
        int commits = 0;
        node.disk.faults().on_commit = [&](const store::Partition& partition, const store::Batch& batch) -> std::optional<Fate> {
          if (!partition.starts_with("queue/") || batch.empty()) return std::nullopt;
          return commits++ == failing ? std::optional(fate) : std::nullopt;
        };
        const auto entry = node.entry();
        REQUIRE(node.put(entry, std::string(size, 'x')));
        node.disk.faults().on_commit = nullptr;
        node.crash();
        const auto found = node.run(node.queue->find(entry.id));
        REQUIRE(found);
        CHECK(found->state == Entry::State::Waiting);
        CHECK(node.run(node.queue->text(*found)).value().size() == size);
      }
    }
  }
}

TEST_CASE("a text that was thrown away while it was being written is not queued") {
  Node node;
  // The second commit, which would count on the text, has to be made again a little later.
  int commits = 0;
  node.disk.faults().on_commit = [&](const store::Partition& partition, const store::Batch& batch) -> std::optional<Fate> {
    if (!partition.starts_with("queue/") || batch.empty()) return std::nullopt;
    return commits++ == 1 ? std::optional(Fate::Unavailable) : std::nullopt;
  };
  const auto entry = node.entry();
  std::optional<Result<>> result;
  struct Put {
    static io::Task<void> run(Node& from, Entry what, std::optional<Result<>>& into) {
      const std::string text(3 * store::kPieceBytes, 'x');
      into = co_await from.queue->put(what, std::make_shared<const std::string>(text), from.world.now() + 60s);
    }
  };
  node.loop->spawn(Put::run(node, entry, result), "put");
  REQUIRE(node.world.run_until([&commits] { return commits == 2; }));
  const auto writing = node.run(node.queue->find(entry.id)).value();
  REQUIRE(writing.state == Entry::State::Writing);
  REQUIRE(node.run(node.queue->remove(writing)));
  node.world.run_for(2min);
  REQUIRE(result);
  CHECK_FALSE(*result);
  CHECK(node.all().empty());
}

TEST_CASE("a text whose writing failed half-way is written by the next try") {
  Node node;
  const auto entry = node.entry();
  bool is_refused = true;
  node.disk.faults().on_commit = [&](const store::Partition& partition, const store::Batch& batch) -> std::optional<Fate> {
    const bool counts_on_text = partition.starts_with("queue/") && !batch.put.empty() && !batch.expect[0].value.value_or("").empty();
    return counts_on_text && is_refused ? std::optional(Fate::Unavailable) : std::nullopt;
  };
  const std::string text(3 * store::kPieceBytes, 'x');
  CHECK_FALSE(node.put(entry, text, 10s));
  REQUIRE(node.run(node.queue->find(entry.id)).value().state == Entry::State::Writing);
  is_refused = false;
  CHECK(node.put(entry, text));
  const auto found = node.run(node.queue->find(entry.id)).value();
  CHECK(found.state == Entry::State::Waiting);
  CHECK(node.run(node.queue->text(found)).value() == text);
}

TEST_CASE("put gives up where the store stays away, and says so") {
  Node node;
  node.disk.faults().is_down = true;
  const auto put = node.put(node.entry(), "text", 10s);
  REQUIRE_FALSE(put);
  CHECK(put.error().fault == Fault::Busy);
  node.disk.faults().is_down = false;
  CHECK(node.all().empty());
}

TEST_CASE("the list has all, page by page, in the order of partitions and ids") {
  Node node;
  std::string ids;
  for (const char last : std::string("234567abcdefghij")) {
    REQUIRE(node.put(node.entry(last)));
    node.world.run_for(1s);
  }
  for (const std::size_t limit : {1, 3, 100}) {
    CAPTURE(limit);
    CHECK(node.all(limit).size() == 16);
  }
}

TEST_CASE("replace wants what it has read; remove leaves nothing") {
  Node node;
  const auto entry = node.entry();
  REQUIRE(node.put(entry));
  const auto before = node.run(node.queue->find(entry.id)).value();
  auto after = before;
  after.addressees.pop_back();
  CHECK(node.run(node.queue->replace(before, after)));
  CHECK(node.run(node.queue->replace(before, after)).error().fault == Fault::Conflict);
  CHECK(node.run(node.queue->find(entry.id)) == after);
  CHECK(node.run(node.queue->remove(after)));
  CHECK(node.run(node.queue->remove(after)));
  CHECK(node.run(node.queue->find(entry.id)).error().fault == Fault::NotFound);
  CHECK(node.disk.bodies().empty());
}

TEST_CASE("only what is stuck is retried by hand") {
  Node node;
  const auto entry = node.entry();
  REQUIRE(node.put(entry));
  CHECK(node.run(node.queue->retry(entry.id)).error().fault == Fault::Conflict);
  const auto before = node.run(node.queue->find(entry.id)).value();
  auto stuck = before;
  stuck.state = Entry::State::Stuck;
  REQUIRE(node.run(node.queue->replace(before, stuck)));
  CHECK(node.run(node.queue->retry(entry.id)));
  CHECK(node.run(node.queue->find(entry.id))->state == Entry::State::Waiting);
}
