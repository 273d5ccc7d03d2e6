#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/api.h"
#include "control/errors.h"
#include "io/simulated.h"
#include "sql/testing.h"

// A control plane on either engine (sql/testing.h), and a cluster that does as the real one: for tests.
namespace postroad::control::testing {

namespace simulated = io::simulated;

// Applies what it is handed, in order and once, and remembers what it decided, whatever becomes of control.
class FakeCluster {
 public:
  explicit FakeCluster(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  // Why a change is refused, beyond what the cluster itself finds wrong.
  std::function<std::optional<std::string>(const feed::Change&)> refuses = [](const feed::Change&) { return std::nullopt; };

  // One pull as feed::Client does it: what follows, applied, and told to control. How many there were.
  // `loses_answer`: the connection breaks after applying.
  io::Task<Result<std::size_t>> pull(feed::Source& source, std::size_t most = feed::kBatchChanges, bool loses_answer = false);

  std::map<std::string, feed::Domain> domains;    // by id
  std::map<std::string, feed::Account> accounts;  // by id
  std::map<std::string, std::string> hashes;      // by account
  std::map<std::string, std::vector<std::string>> app_passwords;  // by account
  std::map<std::string, feed::Settings> settings;  // by id
  std::set<std::string> gone;                     // deleted accounts
  std::map<std::pair<std::string, std::string>, std::string> aliases;  // (domain, local) -> account
  std::vector<std::string> applied;   // change ids, in order
  std::vector<feed::Change> history;  // every change that was decided, in order

 private:
  feed::Settled decide(const feed::Change& change);
  std::optional<std::string> apply(const feed::Payload& payload);
  bool is_taken(const std::string& domain, const std::string& local, const std::string& but) const;

  std::string name_;
  std::string log_;
  feed::Position position_ = 0;
  std::map<std::string, feed::Settled> decided_;  // by change
};

struct FakeReach : Reach {
  void ring(const std::string& cluster) override {
    ++rings[cluster];
    if (on_ring) on_ring(cluster);
  }
  bool is_connected(const std::string& cluster) const override { return connected.contains(cluster); }
  io::Task<Result<std::string>> call(std::string cluster, std::string method, std::string params, io::Tick) override {
    calls.push_back(cluster + " " + method);
    if (!connected.contains(cluster) || !on_call) co_return feed::cluster_unavailable();
    co_return on_call(cluster, method, params);
  }
  std::vector<std::string> calls;
  std::function<Result<std::string>(const std::string& cluster, const std::string& method, const std::string& params)> on_call;
  std::map<std::string, int> rings;
  std::set<std::string> connected;
  std::function<void(const std::string&)> on_ring;
};

inline Options test_options() {
  Options options;
  options.clusters = {"a", "b"};
  options.hash = {.passes = 1, .memory_kib = 8};
  options.failures_most = 3;
  options.seal_key = std::string(64, '7');
  return options;
}

// A world with one control plane, which can be killed and started anew on what its disk kept.
struct Control {
  explicit Control(std::uint64_t seed = 1, Options chosen = test_options());
  ~Control();

  // What the loop's task returned.
  template <class T>
  T run(io::Task<T> task) {
    return world.run(*loop, std::move(task));
  }
  // The clusters pull until nothing comes any more.
  void settle();
  // Pulls whenever rung, from now on: requests are answered `applied`.
  void connect();
  void disconnect();
  // Power off, power on.
  void crash();
  Result<> start();
  void stop();

  // Reads the database as it stands.
  sql::Rows query(std::string_view statement, std::initializer_list<sql::Argument> arguments = {});

  simulated::World world;
  simulated::Clock clock{world};  // control's: it may jump
  simulated::Random random;
  sql::testing::Place disk;
  sql::Database& database = disk;
  Options options;
  log::Silence log;
  metrics::Registry metrics;
  FakeReach reach;
  std::map<std::string, FakeCluster> clusters;

  // A life, from start to crash.
  std::unique_ptr<simulated::Loop> loop;
  std::unique_ptr<simulated::Pool> pool;
  std::unique_ptr<Api> api;

 private:
  io::Task<void> serve(FakeCluster& cluster);
  std::map<std::string, std::unique_ptr<io::Bell>> bells_;
  std::unique_ptr<sql::Connection> looking_;  // query()'s
  std::set<std::string> rung_;
};

// A company with an administrator, and a caller that is it.
struct Reseller {
  Company company;
  Caller caller;
};
Reseller add_reseller(Control& control, const std::string& name, const std::string& parent = {});

// The code of a request that failed, or `applied`, `queued`.
std::string outcome(const Result<Receipt>& made);
template <class T>
std::string code_of(const Result<T>& made) {
  return made ? "ok" : made.error().code.empty() ? std::string(fault_name(made.error().fault)) + " " + made.error().text : made.error().code;
}

NewUser new_mailbox(const std::string& domain, const std::string& local);

// One request of any kind about a few domains and users, as a caller with much to do and little plan would make.
Result<Receipt> ask_something(Control& control, const Caller& caller, simulated::Random& random);

// Every reference between rows leads somewhere, counts and queues agree with the rows, and nothing settled is left
// over. The first thing that is wrong, or nothing.
std::string broken_integrity(Control& control);
// All projected rows as one text: to compare states.
std::string projection(Control& control);

}  // namespace postroad::control::testing
