#include "cluster/testing.h"

// A domain's welcome mail from control to the mailbox, with the node going down at any time on its way.
namespace postroad::cluster {
namespace {

using namespace testing;
using Words = std::vector<std::string>;

struct Welcoming : Town {
  explicit Welcoming(std::uint64_t seed) : Town(seed) { set(control::Welcome{.text = "Good to\nhave you", .subject = "Welcome aboard", .from_name = "J\u00fcrgen", .from_address = "hello@one.test", .charset = "utf-8", .mime_type = "text/plain"}); }
  void set(std::optional<control::Welcome> welcome) {
    control::DomainSettings settings;
    settings.more.welcome.emplace(std::move(welcome));
    REQUIRE(outcome(control.run(control.api->domains.change(north.caller, "one.test", settings))) == "applied");
  }
  void create(const std::string& local, std::uint64_t quota_bytes = 10'000) {
    auto user = new_mailbox("one.test", local);
    user.settings.quota_bytes = quota_bytes;
    REQUIRE(outcome(control.run(control.api->users.create(north.caller, user))) == "applied");
  }
  // The subjects of what its INBOX holds.
  Words inbox(const std::string& local) {
    account = node->directory().now()->account_of(local + "@one.test")->id;
    Words made;
    for (std::uint64_t number = 1; number <= 3; ++number) {
      const auto here = open();
      const auto summary = control.world.run(home(), here->summary(number));
      if (summary && !summary->empty()) made.push_back(message::decode(*summary).value().envelope().subject.value_or(""));
    }
    CHECK(count("INBOX") == made.size());
    return made;
  }
};

TEST_CASE("a new mailbox holds its domain's welcome mail, once, wherever the node goes down meanwhile") {
  Welcoming town(1);
  Words all;
  for (int steps = 0; steps < 120; steps += 5) {
    all.push_back("x" + std::to_string(steps));
    town.create(all.back());
    for (int step = 0; step < steps; ++step) town.control.world.step();
    town.crash_node();
  }
  town.control.world.run_for(1min);
  for (const auto& local : all) {
    CAPTURE(local);
    CHECK(town.inbox(local) == Words{"Welcome aboard"});
  }
  CHECK(town.inbox("joe").empty());
}

TEST_CASE("a welcome mail that was removed comes to nobody new, and one that is over the quota is given up") {
  Welcoming town(2);
  town.create("small", 10);
  town.control.world.run_for(10s);
  CHECK(town.inbox("small").empty());
  town.set(std::nullopt);
  town.create("late");
  town.control.world.run_for(10s);
  CHECK(town.inbox("late").empty());
  CHECK(town.metrics.counter("postroad_directory_welcomed_total", "", {{"result", "given_up"}}).value() == 1);
}

}  // namespace
}  // namespace postroad::cluster
