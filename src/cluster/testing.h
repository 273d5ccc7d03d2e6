#pragma once

#include <doctest/doctest.h>

#include <algorithm>

#include "cluster/node.h"
#include "control/statistics_verifier.h"
#include "control/testing.h"
#include "delivery/letter.h"
#include "message/index.h"
#include "migration/testing_source.h"
#include "store/memory/memory.h"

// Control and a whole node, with the feed's connection between them: for tests of what becomes of it all where either of them, or
// the connection, goes in the midst.
namespace postroad::cluster::testing {

using namespace std::chrono_literals;
using namespace control::testing;
using control::Caller;
using io::Task;
using migration::testing::FakeSource;
namespace simulated = io::simulated;

class SameNames : public io::Resolver {
 public:
  Task<Result<std::vector<std::string>>> addresses(io::Loop&, std::string name) override { co_return std::vector<std::string>(1, std::move(name)); }
};

struct Town {
  explicit Town(std::uint64_t seed = 1, accounting::Options statistics = {})
      : control(seed, one_cluster(statistics)), network(control.world), disk(seed), far(control.world, network), accounting(statistics) {
    far.tls = &far_tls;
    start_control();
    start_node();
    north = add_reseller(control, "north");
    auto& api = *control.api;
    CHECK(outcome(control.run(api.domains.create(north.caller, {.name = "one.test", .company = {}, .cluster = {}, .settings = {}}))) == "applied");
    CHECK(outcome(control.run(api.workgroups.create(north.caller, "one.test", "staff"))) == "applied");
    auto joe = new_mailbox("one.test", "joe");
    joe.settings.quota_bytes = 10'000;
    CHECK(outcome(control.run(api.users.create(north.caller, joe))) == "applied");
    account = node->directory().now()->account_of("joe@one.test")->id;
  }
  ~Town() {
    stop_control();
    stop_node();
  }
  static control::Options one_cluster(const accounting::Options& statistics) {
    auto options = test_options();
    options.clusters = {"a"};
    options.answer_wait = 10s;
    options.statistics_verify_cycle = statistics.verify_cycle;
    options.statistics_mend_after = statistics.mend_after;
    return options;
  }

  void start_control() {
    server = std::make_unique<feed::Server>(*control.loop, control.api->source(), control.log, control.metrics);
    reach = std::make_unique<control::FeedReach>(*server);
    control.api->connect(*reach);
    listener = network.host("control").listen(*control.loop, {"control", 9});
    control.loop->spawn(server->serve(*listener, control_tls), "feed");
    control.loop->spawn(control.api->statistics.verifier().run(), "statistics");
  }
  void stop_control() {
    network.reset("control");
    control.loop->kill();
    server.reset();
    listener.reset();
  }
  void crash_control() {
    stop_control();
    control.crash();
    start_control();
  }
  void start_node() {
    for (const char* name : {"node.0", "node.1"}) loops.push_back(std::make_unique<simulated::Loop>(control.world, name));
    store = store::memory::open(disk);
    Machine machine{.loops = {loops[0].get(), loops[1].get()},
                    .network = network.host("node"),
                    .random = control.random,
                    .hash = *control.pool,
                    .store = *store,
                    .log = log,
                    .metrics = metrics,
                    .mail_tls = far_tls,
                    .feed_tls = feed_tls,
                    .sources = {network.host("node"), names, far_tls, far_tls},
                    .sealer = *sasl::Sealer::open(std::string(64, '1'))};
    Options options;
    options.accounting = accounting;
    options.directory.shards = 2;
    options.feed = {.control = {"control", 9}, .backoff_least = 10ms, .backoff_most = 1s};
    options.migration.allow_private_addresses = true;
    node = std::make_unique<Node>(std::move(machine), std::move(options));
    CHECK(control.world.run(*loops[0], node->open()).has_value());
    control.world.run_for(5s);
  }
  void stop_node() {
    network.reset("node");
    for (auto& loop : loops) loop->kill();
    node.reset();
    store.reset();
    loops.clear();
  }
  void crash_node() {
    stop_node();
    start_node();
  }

  simulated::Loop& home() { return static_cast<simulated::Loop&>(node->accounts().home(account)); }
  std::shared_ptr<mailbox::Account> open() { return *control.world.run(home(), node->accounts().open(account, {.quota_bytes = 10'000})); }
  void add(const std::string& folder, const std::string& subject, std::size_t size = 0) {
    mailbox::NewMail mail;
    mail.bytes = "From: =?utf-8?q?J=C3=BCrgen?= <j@far.example>\r\nSubject: " + subject + "\r\nDate: Mon, 23 Nov 2026 22:26:05 +0000\r\n\r\n" + std::string(size, 'x') + "\r\n";
    mail.summary = message::encode(message::index(mail.bytes).summary);
    const auto here = open();
    if (!here->folder(folder)) CHECK(control.world.run(home(), here->create_folder(folder)).has_value());
    std::vector<mailbox::NewMail> mails;
    mails.push_back(std::move(mail));
    CHECK(control.world.run(home(), here->append(folder, std::move(mails))).has_value());
  }
  void expunge(const std::string& folder) {
    const auto here = open();
    CHECK(control.world.run(home(), here->expunge(here->folder(folder)->number, mailbox::UidSet(1, UINT32_MAX), mailbox::Account::Which::All)).has_value());
  }
  std::uint32_t count(const std::string& folder) {
    const auto found = open()->folder(folder);
    return found ? found->messages : 0;
  }

  control::Mailboxes& mailboxes() { return control.api->mailboxes; }
  feed::MailPage deleted(std::uint64_t after = 0, std::uint32_t most = 200) {
    return control.run(mailboxes().deleted(north.caller, "one.test", "joe", after, most)).value();
  }
  Result<feed::MailDone> restore(std::vector<std::uint64_t> ids, std::string to = {}) {
    return control.run(mailboxes().restore(north.caller, "one.test", "joe", std::move(ids), std::move(to)));
  }
  std::string add_migration(const std::string& job) {
    std::vector<control::NewMigration> specs(1);
    specs[0] = {.local = "Joe@one.test", .server = "imaps://mail.far.example", .method = {}, .remote = "ann", .password = "far secret", .skip = {}, .translate = {}};
    const auto made = control.run(control.api->migrations.add(north.caller, std::move(specs), job));
    return made && made->items[0] ? *made->items[0] : made ? made->items[0].error().text : made.error().text;
  }
  migration::State state_of(const std::string& id) { return control.run(control.api->migrations.status(north.caller, id)).value().state; }

  Control control;
  simulated::Network network;
  store::memory::Disk disk;
  FakeSource far;
  simulated::TlsContext far_tls{"mail.far.example"};
  simulated::TlsContext control_tls{"control"};
  simulated::TlsContext feed_tls{"cluster.a"};
  SameNames names;
  log::Silence log;
  metrics::Registry metrics;
  std::unique_ptr<feed::Server> server;
  std::unique_ptr<control::FeedReach> reach;
  std::unique_ptr<io::Listener> listener;
  std::vector<std::unique_ptr<simulated::Loop>> loops;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Node> node;
  Reseller north;
  std::string account;
  accounting::Options accounting;
};

}  // namespace postroad::cluster::testing
