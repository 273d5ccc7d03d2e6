#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "delivery/local.h"
#include "delivery/retry.h"
#include "directory/testing.h"
#include "io/simulated.h"
#include "mailbox/audit.h"
#include "store/memory/memory.h"

// A node that delivers, on a store in memory, for tests: two loops for accounts, which is also where sessions are.
namespace postroad::delivery::testing {

using namespace std::chrono_literals;

inline const std::string kText = "Return-Path: <x@far.example>\r\nSubject: hi\r\n\r\nbody\r\n";

class Node {
 public:
  explicit Node(std::uint64_t seed = 1) : world(seed), disk(seed) { start(); }
  ~Node() { kill(); }

  void kill() {
    loop->kill();
    other->kill();
    local.reset();
    retry.reset();
    runner.reset();
    queue.reset();
    accounts.reset();
    store.reset();
    loop.reset();
    other.reset();
  }
  void start() {
    loop = std::make_unique<io::simulated::Loop>(world, "first");
    other = std::make_unique<io::simulated::Loop>(world, "second");
    store = store::memory::open(disk);
    accounts = std::make_unique<mailbox::Accounts>(*store, std::vector<io::Loop*>{loop.get(), other.get()},
                                                   world.random(), log, metrics, mailbox::Options{});
    queue = std::make_unique<queue::Queue>(engine(), *loop);
    local = std::make_unique<Local>(options, *loop, directory, *accounts, *queue, log, metrics);
    runner = std::make_unique<store::agenda::Runner>(engine(), *loop, "node", kCalm, log, metrics);
    retry = std::make_unique<Retry>(options, *loop, directory, *accounts, *queue, log, metrics);
    retry->join(*runner);
    accounts->join(*runner);
    runner->start();
  }
  void crash() {
    kill();
    start();
  }

  // Days pass in these tests: an agenda that looks at its shards every few seconds would be all that they do.
  static constexpr store::agenda::Options kCalm{.lease = std::chrono::minutes(10), .poll = std::chrono::minutes(10)};

  store::Engine& engine() { return store->on(*loop); }
  template <class T>
  T run(io::Task<T> task) {
    return world.run(*loop, std::move(task));
  }

  // A message for the accounts of these addresses, one recipient each.
  Arrival arrival(const std::vector<std::string>& addresses, std::string text = kText) {
    Arrival made{.id = io::new_id('m', loop->clock(), world.random(), 0),
                 .received_at = loop->clock().now(),
                 .mail = {.from = {"x", "far.example"}},
                 .message = std::make_shared<const std::string>(std::move(text))};
    for (const auto& address : addresses) {
      const auto at = address.find('@');
      made.recipients.push_back(
          {.accounts = {account(address)}, .rcpt = {.to = {address.substr(0, at), address.substr(at + 1)}}});
    }
    return made;
  }
  std::vector<int> deliver(Arrival what) {
    std::vector<int> codes;
    for (const auto& reply : run(local->deliver(std::move(what)))) codes.push_back(reply.code);
    return codes;
  }
  directory::AccountPtr account(const std::string& address) const {
    auto found = directory.now()->account_of(address);
    REQUIRE(found);
    return found;
  }

  // Messages in the account's mailbox, by a recount.
  std::size_t count(const std::string& address) {
    const auto audit = run(mailbox::audit(engine(), account(address)->id, {.reads_bodies = true}));
    REQUIRE(audit);
    CHECK(audit->flaws == std::vector<std::string>{});
    return audit->messages.size();
  }
  std::vector<queue::Entry> queued() { return run(queue->list("", 100)).value().entries; }

  void forget(const std::string& address) {
    directory::Draft draft(*directory.now());
    REQUIRE(draft.delete_account(directory::testing::id('a', address)));
    directory.set(std::move(draft).finish());
  }

  // Makes commits on the account's partition end so.
  void fail_commits(const std::string& address, store::memory::Fate fate, int times = 1'000'000) {
    const auto partition = mailbox::partition_of(account(address)->id);
    disk.faults().on_commit = [partition, fate, left = times](const store::Partition& where, const store::Batch&) mutable
        -> std::optional<store::memory::Fate> {
      if (where != partition || left == 0) return std::nullopt;
      --left;
      return fate;
    };
  }
  void heal() {
    disk.faults().on_commit = nullptr;
    disk.faults().is_down = false;
  }

  io::simulated::World world;
  store::memory::Disk disk;
  log::Silence log;
  metrics::Registry metrics;
  Options options;
  directory::View directory{directory::testing::mailboxes({"ann@example.org", "bob@example.org", "eve@example.org"})};
  std::unique_ptr<io::simulated::Loop> loop;
  std::unique_ptr<io::simulated::Loop> other;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<mailbox::Accounts> accounts;
  std::unique_ptr<queue::Queue> queue;
  std::unique_ptr<Local> local;
  std::unique_ptr<store::agenda::Runner> runner;
  std::unique_ptr<Retry> retry;
};

}  // namespace postroad::delivery::testing
