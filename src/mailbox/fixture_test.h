#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "io/simulated.h"
#include "mailbox/accounts.h"
#include "mailbox/audit.h"
#include "store/agenda_runner.h"
#include "store/memory/memory.h"

namespace postroad::mailbox::testing {

inline const std::string kAccount = make_id('a', Time(std::chrono::seconds(1'700'000'000)), 7, 42);

// A node with accounts on a simulated disk, which may crash and start again.
class Node {
 public:
  explicit Node(std::uint64_t seed = 1, Options options = {}) : world(seed), disk(seed), clock(world), options_(options) {
    start();
  }
  ~Node() { stop(); }

  void start() {
    loop = std::make_unique<io::simulated::Loop>(world, clock);
    store = store::memory::open(disk);
    options_.cluster = 7;
    accounts = std::make_unique<Accounts>(*store, std::vector<io::Loop*>{loop.get()}, world.random(), log, metrics, options_);
    runner = std::make_unique<store::agenda::Runner>(store->on(*loop), *loop, "node", kCalm, log, metrics);
    accounts->join(*runner);
  }
  // What sessions hold must be gone before.
  void stop() {
    if (!loop) return;
    loop->kill();
    runner.reset();
    accounts.reset();
    store.reset();
    loop.reset();
  }
  void crash() {
    stop();
    start();
  }

  template <class T>
  T run(io::Task<T> task) {
    return world.run(*loop, std::move(task), std::chrono::hours(100));
  }
  std::shared_ptr<Account> open(Limits limits = {}, const std::string& id = kAccount) {
    auto opened = run(accounts->open(id, limits));
    REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().text));
    return *opened;
  }
  Audit audit(bool reads_bodies = true, const std::string& id = kAccount) {
    auto made = run(mailbox::audit(store->on(*loop), id, {.reads_bodies = reads_bodies}));
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().text));
    return *made;
  }
  // All rows fit together, and each body is there and is some email's.
  void check_whole() {
    const auto found = audit();
    for (const auto& flaw : found.flaws) FAIL_CHECK(flaw);
    const std::set<std::string> named(found.bodies.begin(), found.bodies.end());
    for (const auto& [id, bytes] : disk.bodies())
      if (!named.contains(id)) FAIL_CHECK("no row names body " << id);
  }

  io::simulated::World world;
  store::memory::Disk disk;
  io::simulated::Clock clock;
  log::Silence log;
  metrics::Registry metrics;
  std::unique_ptr<io::simulated::Loop> loop;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Accounts> accounts;
  std::unique_ptr<store::agenda::Runner> runner;

 private:
  // Weeks pass in these tests: an agenda that looks at its shards every few seconds would be all that they do.
  static constexpr store::agenda::Options kCalm{.lease = std::chrono::hours(1), .poll = std::chrono::hours(1)};
  Options options_;
};

inline NewMail mail(std::string text, Flags flags = {}) {
  NewMail made;
  made.bytes = "Subject: " + text + "\r\n\r\n" + text + "\r\n";
  made.summary = "summary of " + text;
  made.flags = std::move(flags);
  return made;
}

inline Flags flags(std::uint8_t system, std::vector<std::string> keywords = {}) { return {system, std::move(keywords)}; }

// `1:4,7` of a set; `error CODE` of a failure.
template <class T>
std::string outcome(const Result<T>& result) {
  if (!result) return result.error().code.empty() ? std::string(fault_name(result.error().fault)) : result.error().code;
  return "ok";
}

// UIDs of a view, as a set.
inline std::string uids_of(const View& view) {
  UidSet uids;
  for (const auto& each : view.messages(0, 1'000'000)) uids.add(each.uid);
  return uids.text();
}

}  // namespace postroad::mailbox::testing
