#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "directory/testing.h"
#include "io/simulated.h"
#include "mailbox/audit.h"
#include "message/header.h"
#include "migration/failure.h"
#include "migration/agent.h"
#include "migration/testing_source.h"
#include "store/agenda_runner.h"
#include "store/memory/memory.h"

// A node that pulls, and a source, for tests.
namespace postroad::migration::testing {

using namespace std::chrono_literals;

// Names to addresses, as the test says; else the name itself, which the simulated network knows.
class Names : public io::Resolver {
 public:
  io::Task<Result<std::vector<std::string>>> addresses(io::Loop&, std::string name) override {
    if (name == "nowhere.example") co_return fail(Fault::NotFound, "nowhere.example has no address");
    if (const auto found = known.find(name); found != known.end()) co_return found->second;
    co_return std::vector<std::string>(1, name);
  }
  std::map<std::string, std::vector<std::string>> known;
};

inline const std::string kAddress = "ann@example.org";

class Node {
 public:
  explicit Node(std::uint64_t seed = 1) : world(seed), network(world), disk(seed), source(world, network) {
    options.allow_private_addresses = true;
    options.allow_any_certificate = true;
    options.allow_plaintext = true;
    source.tls = &far_tls;
    start();
  }
  ~Node() { kill(); }

  void start() {
    loop = std::make_unique<io::simulated::Loop>(world, "node");
    store = store::memory::open(disk);
    accounts = std::make_unique<mailbox::Accounts>(*store, std::vector<io::Loop*>{loop.get()}, world.random(), log, metrics,
                                                   mailbox::Options{});
    runner = std::make_unique<store::agenda::Runner>(store->on(*loop), *loop, "node", store::agenda::Options{}, log, metrics);
    accounts->join(*runner);
    throttle = std::make_unique<Throttle>(options.bandwidth);
    counts = std::make_unique<Counts>(metrics);
    agent = std::make_unique<Agent>(Parts{.places = {{*loop, directory}},
                                          .ways = {network.host("node"), names, tls, tls_of_any},
                                          .random = world.random(),
                                          .store = *store,
                                          .accounts = *accounts,
                                          .sealer = *sasl::Sealer::open(std::string(64, key)),
                                          .log = log,
                                          .metrics = metrics},
                                    options);
    agent->join(*runner);
    if (has_agent) runner->start();
    bench.reset(new Bench{*loop, {network.host("node"), names, tls, tls_of_any}, *accounts, directory, *throttle, log, *counts, options});
  }
  void kill() {
    if (!loop) return;
    loop->kill();
    bench.reset();
    runner.reset();
    agent.reset();
    accounts.reset();
    store.reset();
    network.reset("node");
    loop.reset();
  }
  void crash() {
    kill();
    start();
  }

  // From now on the agenda brings items to the agent.
  void start_agent() {
    has_agent = true;
    runner->start();
  }
  std::string add(Item of, const std::string& password = "far secret") {
    of.id.clear();
    const auto added = world.run(*loop, agent->add(std::move(of), sasl::Secret(password)));
    return added ? *added : added.error().text;
  }
  Standing status(const std::string& id) {
    const auto found = world.run(*loop, agent->status(id));
    REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().text));
    return *found;
  }
  // `done`, `failed credentials`, after a time at most.
  std::string await(const std::string& id, std::chrono::microseconds most = 1h) {
    for (const auto until = world.now() + most; world.now() < until; world.run_for(1s))
      if (is_over(status(id).state)) break;
    return state_text(status(id));
  }
  static std::string state_text(const Standing& standing) {
    const auto reason = reason_name(standing.reason);
    return std::string(state_name(standing.state)) + (reason.empty() ? "" : " ") + std::string(reason);
  }

  static std::string account_id() { return directory::testing::id('a', kAddress); }
  Item item(std::string server = "imaps://mail.far.example") {
    Item made;
    made.id = make_id('i', Time{}, 1, ++items);
    made.account = account_id();
    made.local = kAddress;
    made.remote = *parse_server(server);
    made.remote.user = "ann";
    return made;
  }
  std::shared_ptr<Run> begin(Item of) {
    auto made = std::make_shared<Run>();
    made->item = std::move(of);
    made->password = sasl::Secret("far secret");
    return made;
  }
  // One attempt: `done`, or the reason and whether it is for good.
  std::string pull(const std::shared_ptr<Run>& run) {
    const auto result = world.run(*loop, attempt(bench.get(), run), 100h);
    if (result) return "done";
    return std::string(reason_name(reason_of(result.error()))) + (is_for_good(result.error()) ? " for good: " : ": ") + result.error().text;
  }
  std::string pull(Item of) {
    last = begin(std::move(of));
    return pull(last);
  }
  // `source>target seen/added/there/skipped` of each folder.
  std::string report() const { return text_of(last->report); }
  static std::string text_of(const Report& report) {
    std::string made;
    for (const auto& each : report.folders)
      made += (made.empty() ? "" : ", ") + each.source + ">" + each.target + " " + std::to_string(each.seen) + "/" +
              std::to_string(each.added) + "/" + std::to_string(each.there) + "/" + std::to_string(each.skipped);
    return made;
  }

  mailbox::Audit audit() {
    const auto made = world.run(*loop, mailbox::audit(store->on(*loop), account_id(), {.reads_bodies = true}));
    REQUIRE(made);
    CHECK(made->flaws == std::vector<std::string>{});
    return *made;
  }
  std::shared_ptr<mailbox::Account> open() { return *world.run(*loop, accounts->open(account_id(), {})); }
  // The subjects of a folder's messages, in the order of their UIDs.
  std::vector<std::string> subjects(const std::string& folder) {
    const auto account = open();
    std::vector<std::string> made;
    const auto view = world.run(*loop, account->select(folder, true));
    if (!view) return {"<" + view.error().text + ">"};
    for (const auto& each : (*view)->messages(0, 1'000'000)) {
      const auto text = *world.run(*loop, account->read(each.email, 0, 1 << 20));
      made.push_back(message::field_value(text, "Subject"));
    }
    return made;
  }

  io::simulated::World world;
  io::simulated::Network network;
  store::memory::Disk disk;
  io::simulated::TlsContext far_tls{"mail.far.example"};
  FakeSource source;
  log::Silence log;
  metrics::Registry metrics;
  Options options;
  Names names;
  io::simulated::TlsContext tls;
  io::simulated::TlsContext tls_of_any;
  directory::View directory{directory::testing::mailboxes({kAddress})};
  std::unique_ptr<io::simulated::Loop> loop;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<mailbox::Accounts> accounts;
  std::unique_ptr<store::agenda::Runner> runner;
  std::unique_ptr<Agent> agent;
  bool has_agent = false;
  char key = '1';  // the digits of the key for passwords
  std::unique_ptr<Throttle> throttle;
  std::unique_ptr<Counts> counts;
  std::unique_ptr<Bench> bench;
  std::shared_ptr<Run> last;
  std::uint64_t items = 0;

 private:
  static io::Task<Result<>> attempt(const Bench* on, std::shared_ptr<Run> run) {
    Pull pull(*on, std::move(run));
    co_return co_await pull.attempt();
  }
};

inline std::string mail(const std::string& subject, const std::string& body = "body\r\n") {
  return "Message-ID: <" + subject + "@far.example>\r\nDate: Mon, 23 Nov 2026 22:26:05 +0000\r\nFrom: <x@far.example>\r\nSubject: " + subject +
         "\r\n\r\n" + body;
}

}  // namespace postroad::migration::testing
