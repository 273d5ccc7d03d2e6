#include <doctest/doctest.h>

#include "control/settings.h"
#include "control/rows.h"
#include "control/testing.h"

// Control loses its power at any point, and so does what the cluster says to it: what was accepted is there, is
// applied once and in order, and both sides agree in the end.
namespace postroad::control {
namespace {
using namespace testing;

// A life of random requests by one reseller, with crashes; each change that was acknowledged is written down.
class Life {
 public:
  explicit Life(std::uint64_t seed) : at_(seed), random_(seed * 7919 + 1), north_(add_reseller(at_, "north")) {
    // The cluster refuses now and then, always the same change.
    for (auto& [name, cluster] : at_.clusters)
      cluster.refuses = [](const feed::Change& change) -> std::optional<std::string> {
        if (std::hash<std::string>{}(change.id.substr(20)) % 9 == 0) return "refused by chance";
        return std::nullopt;
      };
  }

  void play(int steps) {
    for (int step = 0; step < steps; ++step) {
      if (random_.once_in(30)) at_.disk.fail_after(random_.below(12));
      if (random_.once_in(12)) lever();
      random_.once_in(3) ? pull() : request();
      if (!at_.api->is_healthy() || random_.once_in(25)) at_.crash();
    }
    at_.disk.fail_after(1'000'000'000);
    if (!at_.api->is_healthy()) at_.crash();
    for (const char* client : {"north.adm", "operator"}) at_.run(at_.api->queues.release(Caller::system(), client)).value();
    at_.world.run_for(std::chrono::seconds(60));  // a cancellation ends
    at_.settle();
  }

  void check_all() {
    CHECK(broken_integrity(at_) == "");
    for (const auto& change : accepted_) {
      const auto rows = at_.query("SELECT state FROM changes WHERE id = $1", {change});
      CHECK(rows.size() == 1);
      CHECK(rows[0][0].number() > 0);
    }
    check_clusters();
    check_order();
    CHECK(accepted_.size() > 0);
  }
  std::size_t accepted() const { return accepted_.size(); }

 private:
  void request() {
    if (const auto made = ask_something(at_, north_.caller, random_)) accepted_.push_back(made->change);
  }

  // An operator holds, slows, releases or cancels; it may fail, as all else.
  void lever() {
    auto& queues = at_.api->queues;
    const auto root = Caller::system();
    switch (random_.below(5)) {
      case 0: static_cast<void>(at_.run(queues.hold(root, "north.adm"))); break;
      case 1: static_cast<void>(at_.run(queues.throttle(root, "north.adm", 36'000))); break;
      case 2: static_cast<void>(at_.run(queues.cancel(root, {.client = "north.adm", .kind = "account.put"}))); break;
      case 3: static_cast<void>(at_.run(queues.cancel(root, {.domain = "d0.test"}))); break;
      default: static_cast<void>(at_.run(queues.release(root, "north.adm"))); break;
    }
  }

  // A cluster pulls; its answer is lost now and then.
  void pull() {
    auto& cluster = at_.clusters.at(random_.once_in(2) ? "a" : "b");
    static_cast<void>(at_.run(cluster.pull(at_.api->source(), random_.between(1, 5), random_.once_in(5))));
  }

  // Both sides hold the same.
  void check_clusters() {
    for (auto& [name, cluster] : at_.clusters) {
      CHECK(cluster.domains.size() == at_.query("SELECT id FROM domains WHERE cluster = $1", {name}).size());
      for (const auto& [id, domain] : cluster.domains) {
        const auto rows = at_.query("SELECT name, catch_all, alias_of FROM domains WHERE id = $1", {id});
        REQUIRE(rows.size() == 1);
        CHECK(rows[0][0].text() == domain.name);
        CHECK(rows[0][1].text() == domain.catch_all);
      }
      for (const auto& [id, account] : cluster.accounts) {
        const auto rows = at_.query("SELECT local, timezone, services FROM users WHERE id = $1", {id});
        REQUIRE(rows.size() == 1);
        CHECK(rows[0][0].text() == account.local);
        CHECK(rows[0][1].text() == account.timezone);
        CHECK((rows[0][2].text()[2] == 's') == !account.services.has(Service::Imap));
      }
    }
    check_settings();
    CHECK(at_.clusters.at("a").accounts.size() + at_.clusters.at("b").accounts.size() == at_.query("SELECT id FROM users WHERE type <> 'alias'").size());
    CHECK(at_.clusters.at("a").aliases.size() + at_.clusters.at("b").aliases.size() == at_.query("SELECT id FROM users WHERE type = 'alias'").size());
  }

  // What a cluster was told is what control would tell it now. Not of companies and workgroups: their own rows stand where a
  // cluster refuses to hear of them.
  void check_settings() {
    const auto connection = at_.database.connect(sql::Access::Read).value();
    const auto told = [&](const std::string& cluster, const std::string& id) {
      const auto& settings = at_.clusters.at(cluster).settings;
      const auto found = settings.find(id);
      return found == settings.end() ? feed::Settings{} : found->second;
    };
    for (const auto& row : at_.query("SELECT id FROM domains")) {
      const auto domain = domain_by_id(*connection, row[0].text()).value().value();
      CHECK(told(domain.cluster, domain.id) == acting(domain, settings_row(*connection, domain.id).value()));
    }
    for (const auto& row : at_.query("SELECT u.id, d.cluster FROM users u JOIN domains d ON d.id = u.domain WHERE u.type <> 'alias'")) {
      const auto user = user_by_id(*connection, row[0].text()).value().value();
      if (settings_row(*connection, user.workgroup)->mail != feed::Settings{}) continue;
      CHECK(told(row[1].text(), user.id) == acting(*connection, user, settings_row(*connection, user.id).value()));
    }
  }

  // A change's row says applied if and only if its cluster applied it, and the changes of a cluster reached it once,
  // those of one object in the order of acceptance.
  void check_order() {
    for (auto& [name, cluster] : at_.clusters) {
      const auto rows = at_.query("SELECT id FROM changes WHERE cluster = $1 AND state = 1 ORDER BY position", {name});
      std::vector<std::string> applied;
      for (const auto& row : rows) applied.push_back(row[0].text());
      CHECK(applied == cluster.applied);
      const auto out_of_order = at_.query(
          "SELECT a.id FROM changes a JOIN changes b ON a.cluster = b.cluster AND a.domain = b.domain AND a.subject = b.subject "
          "AND a.seq < b.seq AND a.position > b.position WHERE a.cluster = $1 AND a.position > 0 AND b.position > 0", {name});
      CHECK(out_of_order.empty());
    }
  }

  Control at_;
  simulated::Random random_;
  Reseller north_;
  std::vector<std::string> accepted_;
};

TEST_CASE("crashes at any point: accepted stays accepted, once and in order") {
  std::size_t accepted = 0;
  const std::uint64_t lives = sql::testing::server().empty() ? 80 : 8;  // a server takes longer
  for (std::uint64_t seed = 1; seed <= lives; ++seed) {
    CAPTURE(seed);
    Life life(seed);
    life.play(150);
    life.check_all();
    accepted += life.accepted();
  }
  CHECK(accepted > lives * 12);
}

}  // namespace
}  // namespace postroad::control
