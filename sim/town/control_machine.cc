#include "town/control_machine.h"

#include "appd/server.h"
#include "control/operator.h"
#include "control/reach.h"
#include "control/statistics_verifier.h"
#include "feed/server.h"
#include "sql/sqlite.h"

namespace postroad::sim {
namespace {
constexpr std::uint16_t kFeedPort = 4500;
constexpr std::uint16_t kAppPort = 4449;
constexpr std::uint16_t kOperatorPort = 4600;  // in place of a socket in the file system
}  // namespace

struct ControlMachine::Running {
  io::simulated::Loop loop;
  io::simulated::Random random;
  io::simulated::Pool sql;
  io::simulated::Pool hash;
  metrics::Registry metrics;
  sql::Sqlite database;
  std::unique_ptr<control::Api> api;
  std::unique_ptr<feed::Server> feed;
  std::unique_ptr<control::FeedReach> reach;
  std::unique_ptr<appd::Server> app;
  std::unique_ptr<control::Operator> operators;
  std::unique_ptr<io::Listener> feed_listener;
  std::unique_ptr<io::Listener> app_listener;
  std::unique_ptr<io::Listener> operator_listener;

  Running(io::simulated::World& world, const io::Clock& clock, io::simulated::Random given, const std::string& vfs)
      : loop(world, clock, "control"), random(given), sql(world), hash(world), database("control.db", {.vfs = vfs, .cache_kib = 1024}) {}
};

ControlMachine::ControlMachine(io::simulated::World& world, io::simulated::Network& network,
                               std::vector<std::string> clusters, io::simulated::Random random)
    : Machine(world, network, "control"), clusters_(std::move(clusters)), random_(random), log_(world, "control") {}

ControlMachine::~ControlMachine() {
  if (running_) ControlMachine::tear_down(false);
}

void ControlMachine::build() {
  running_ = std::make_unique<Running>(world_, clock(), io::simulated::Random(random_.next()), disk_.name());
  auto& loop = running_->loop;
  control::Options options;
  options.clusters = clusters_;
  options.hash = {.passes = 1, .memory_kib = 8};
  options.failures_most = 0;
  options.statistics_mend_after = std::chrono::seconds(1);
  options.statistics_verify_cycle = std::chrono::minutes(2);
  options.seal_key = std::string(64, '7');
  auto opened = control::Api::open(running_->database, {loop, running_->sql, running_->hash, running_->random, log_, running_->metrics}, options);
  check(opened.has_value(), "control's database opens: " + (opened ? "" : opened.error().text));
  running_->api = std::move(*opened);

  loop.spawn(running_->api->statistics.verifier().run(), "statistics");

  auto& host = network_.host(name());
  running_->feed = std::make_unique<feed::Server>(loop, running_->api->source(), log_, running_->metrics);
  running_->reach = std::make_unique<control::FeedReach>(*running_->feed);
  running_->api->connect(*running_->reach);
  running_->feed_listener = host.listen(loop, {"0.0.0.0", kFeedPort});
  loop.spawn(running_->feed->serve(*running_->feed_listener, feed_tls_), "feed");

  running_->app = std::make_unique<appd::Server>(loop, *running_->api, log_, running_->metrics, appd::Options{});
  running_->app_listener = host.listen(loop, {"0.0.0.0", kAppPort});
  loop.spawn(running_->app->serve(*running_->app_listener, &service_tls_), "app");

  running_->operators = std::make_unique<control::Operator>(loop, *running_->api, log_);
  running_->operator_listener = host.listen(loop, {"0.0.0.0", kOperatorPort});
  loop.spawn(running_->operators->serve(*running_->operator_listener), "operators");
}

// Closing a database tidies up on its disk, which a crash does not: so the disk goes first.
void ControlMachine::tear_down(bool) {
  disk_.fail_after(0);
  running_->loop.kill();
  running_.reset();
  disk_.crash(random_);
  is_disk_failing_ = is_disk_exchanged_ = false;
}

std::vector<io::simulated::Loop*> ControlMachine::loops() { return {&running_->loop}; }
bool ControlMachine::has_failed() const { return running_ && (is_disk_exchanged_ || !running_->api->is_healthy()); }

bool ControlMachine::make_disk_fail() {
  disk_.fail_after(random_.below(40));
  is_disk_failing_ = true;
  return true;
}

control::Api& ControlMachine::api() { return *running_->api; }

}  // namespace postroad::sim
