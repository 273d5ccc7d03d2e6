#include <boost/json.hpp>

#include "appd/server.h"
#include "control/api.h"
#include "control/demo.h"
#include "control/operator.h"
#include "control/reach.h"
#include "control/statistics_verifier.h"
#include "feed/server.h"
#include "http/server.h"
#include "omad/service.h"
#include "postroad/commands.h"
#include "postroad/demo_file.h"
#include "sasl/seal.h"
#include "sql/location.h"

namespace postroad::wiring {

using io::Task;

namespace {

constexpr std::size_t kSqlThreads = 3;
constexpr auto kDemoPatience = std::chrono::seconds(60);
constexpr auto kDemoLook = std::chrono::milliseconds(50);
constexpr auto kHealthLook = std::chrono::seconds(1);

control::Options options_of(const config::Settings& settings, bool is_demo) {
  control::Options made;
  made.clusters = {"a", "b"};
  made.answer_wait = settings.provisioning.answer_wait;
  made.call_wait = settings.provisioning.call_wait;
  made.queue_most = settings.provisioning.queue_max;
  made.is_fair = settings.provisioning.fair;
  made.client_queue_most = settings.provisioning.client_queue_max;
  made.client_rate = settings.provisioning.client_rate;
  made.quota_bytes = settings.provisioning.quota;
  made.deleted_for = std::chrono::hours(24 * settings.mailbox.deleted_days);
  made.hash.memory_kib = static_cast<std::uint32_t>(settings.sign_in.hash_memory >> 10);
  made.hash.passes = static_cast<std::uint32_t>(settings.sign_in.hash_passes);
  made.failures_most = is_demo ? 0 : static_cast<std::uint32_t>(settings.sign_in.failures_max);
  made.failures_per_network = is_demo ? 0 : made.failures_per_network;
  made.remember = settings.sign_in.cache_time;
  made.failures_window = settings.sign_in.failures_window;
  made.bulk = {.approve_rows = settings.bulk.approve_rows,
               .rate = std::min(settings.bulk.rate, settings.bulk.rate_max),
               .rate_most = settings.bulk.rate_max,
               .failures_most = settings.bulk.failures_max,
               .jobs_most = settings.bulk.jobs_max,
               .rows_most = settings.bulk.rows_max,
               .bytes_most = settings.bulk.bytes_max,
               .keep = std::chrono::hours(24 * settings.bulk.keep_days),
               .keep_passwords = std::chrono::hours(24 * settings.bulk.password_days)};
  made.audit_for = std::chrono::hours(24 * settings.audit.keep_days);
  made.statistics_verify_cycle = settings.statistics.verify_cycle;
  made.statistics_mend_after = settings.statistics.mend_after;
  made.statistics_kept = {.hours = static_cast<std::int64_t>(settings.statistics.keep_hours),
                          .days = static_cast<std::int64_t>(settings.statistics.keep_days),
                          .months = static_cast<std::int64_t>(settings.statistics.keep_months)};
  return made;
}

// The control plane: its database, its faces, and the feeds to the clusters.
class ControlProcess {
 public:
  ControlProcess(Process& process, bool is_demo)
      : process_(process),
        is_demo_(is_demo),
        sql_pool_(kSqlThreads, process.settings().runtime.pool_queue),
        hash_pool_(process.settings().runtime.pool_threads, process.settings().runtime.pool_queue) {}

  Result<> start() {
    auto& loop = process_.loop();
    const control::Machine machine{loop, sql_pool_, hash_pool_, process_.machine().random(), process_.log(), process_.metrics()};
    TRY(database_, sql::open_location(process_.settings().control.database, opening()));
    auto options = options_of(process_.settings(), is_demo_);
    TRY(options.seal_key, seal_key());
    TRY(api_, control::Api::open(*database_, machine, options));
    TRY(feed_tls_, process_.seam_server_tls());
    TRY(service_tls_, process_.service_tls());

    feed_ = std::make_unique<feed::Server>(loop, api_->source(), process_.log(), process_.metrics());
    reach_ = std::make_unique<control::FeedReach>(*feed_);
    api_->connect(*reach_);
    feed_listener_ = process_.sockets().listener(loop, "feed");
    loop.spawn(feed_->serve(*feed_listener_, *feed_tls_), "feed");

    operator_ = std::make_unique<control::Operator>(loop, *api_, process_.log());
    operator_listener_ = io::real::listen_unix(loop, (process_.folder() / "operator.sock").string());
    loop.spawn(operator_->serve(*operator_listener_), "operators");

    serve_app();
    serve_oma();
    loop.spawn(api_->statistics.verifier().run(), "statistics.verify");
    api_->bulk.keep_house();
    loop.spawn(settle(), "demo");
    loop.spawn(watch(), "watch");
    return {};
  }

  Task<void> stop() {
    api_->statistics.verifier().stop();
    app_listener_->close();
    app_plain_listener_->close();
    oma_server_->stop();
    operator_listener_->close();
    feed_listener_->close();
    co_await app_->drain(process_.loop().clock().steady() + std::chrono::seconds(5));
    feed_->stop();
  }

  bool is_healthy() const { return api_->is_healthy(); }

 private:
  sql::Opening opening() {
    return {.folder = process_.folder(),
            .program = "postroad control",
            .statement_timeout = process_.settings().control.database_timeout,
            .log = &process_.log(),
            .metrics = &process_.metrics()};
  }

  // For passwords that wait to be hashed: apart from the database, and made at the first start. A copy of the database
  // without it loses those, and nothing else.
  Result<std::string> seal_key() {
    const auto path = process_.folder() / "seal.key";
    if (std::filesystem::exists(path)) return read_file(path);
    auto made = sasl::Sealer::new_key(process_.machine().random());
    TRY_OK(write_file(path, made));
    return made;
  }

  void serve_app() {
    auto& loop = process_.loop();
    appd::Options options;
    const auto& app = process_.settings().app;
    options.idle_timeout = app.idle_timeout;
    options.sign_in_timeout = app.sign_in_timeout;
    options.sessions_max = app.sessions_max;
    options.strangers_max = is_demo_ ? app.sessions_max : app.strangers_max;
    options.sessions_per_administrator_max = is_demo_ ? app.sessions_max : app.sessions_per_administrator_max;
    app_ = std::make_unique<appd::Server>(loop, *api_, process_.log(), process_.metrics(), options);
    app_listener_ = process_.sockets().listener(loop, "app");
    app_plain_listener_ = process_.sockets().listener(loop, "app_plain");
    loop.spawn(app_->serve(*app_listener_, service_tls_.get()), "app");
    loop.spawn(app_->serve(*app_plain_listener_, nullptr), "app_plain");
  }

  void serve_oma() {
    auto& loop = process_.loop();
    const auto& settings = process_.settings().oma;
    oma_ = std::make_unique<omad::Service>(loop, *api_, process_.log(), process_.metrics(),
                                           omad::Options{.requests_max = settings.requests_max,
                                                         .requests_per_administrator_max = settings.requests_per_administrator_max});
    http::ServerOptions options{.idle_timeout = settings.idle_timeout, .connections_most = settings.connections_max};
    options.connections_per_network_most = is_demo_ ? settings.connections_max : settings.connections_per_address_max;
    options.request_bytes_most = settings.request_bytes_max;
    options.on_over_budget = [this](const std::string& peer) { oma_->note_over_budget(peer); };
    oma_server_ = std::make_unique<http::Server>(loop, process_.sockets().listener(loop, "https"), service_tls_.get(),
                                                 [this](http::Request request) { return oma_->answer(std::move(request)); }, options);
    oma_server_->start();
  }

  // Ready: with the demo's accounts in the clusters, or as much of them as those have taken in a while.
  Task<void> settle() {
    if (is_demo_) {
      const auto made = co_await make_demo();
      if (!made) {
        process_.fail_with("the demo can't be set up: " + made.error().text);
        co_return;
      }
      const auto until = process_.loop().clock().steady() + kDemoPatience;
      while (process_.loop().clock().steady() < until && !co_await is_settled()) co_await process_.loop().sleep(kDemoLook);
    }
    process_.ready();
  }

  // Once the database has failed, what is known of it here may not be true: a new process reads it again.
  Task<void> watch() {
    while (api_->is_healthy()) {
      co_await api_->queues.state();  // for its gauges
      co_await process_.loop().sleep(kHealthLook);
    }
    process_.fail_with("the database has failed, or what it holds is not known");
  }

  Task<Result<>> make_demo() {
    const auto path = process_.folder() / "demo.json";
    control::Demo known;
    if (const auto text = read_file(path)) {
      CO_TRY(known, parse_demo(*text));
    }
    CO_TRY(const auto demo, co_await control::set_up_demo(*api_, process_.machine().random(), {.clusters = {"a", "b"}}, known));
    co_return write_file(path, demo_text(demo));
  }

  Task<bool> is_settled() {
    const auto queues = co_await api_->queues.state();
    if (!queues) co_return true;
    for (const auto& queue : *queues)
      if (queue.length > 0 && !queue.is_paused) co_return false;
    co_return true;
  }

  Process& process_;
  const bool is_demo_;
  std::unique_ptr<sql::Database> database_;  // outlives what still runs on the pools
  io::real::Pool sql_pool_;
  io::real::Pool hash_pool_;
  std::unique_ptr<control::Api> api_;
  std::unique_ptr<tls::Context> feed_tls_;
  std::unique_ptr<tls::Context> service_tls_;
  std::unique_ptr<feed::Server> feed_;
  std::unique_ptr<control::FeedReach> reach_;
  std::unique_ptr<control::Operator> operator_;
  std::unique_ptr<appd::Server> app_;
  std::unique_ptr<omad::Service> oma_;
  std::unique_ptr<http::Server> oma_server_;
  std::unique_ptr<io::Listener> feed_listener_;
  std::unique_ptr<io::Listener> operator_listener_;
  std::unique_ptr<io::Listener> app_listener_;
  std::unique_ptr<io::Listener> app_plain_listener_;
};

}  // namespace

int run_control(const ProcessOptions& options) {
  auto process = Process::open(options, "control", 1);
  if (!process) return complain(process.error());
  ControlProcess control(**process, options.is_demo);
  if (const auto started = control.start(); !started) return complain(started.error());
  return (*process)->run([&] { return control.stop(); }, [&] { return control.is_healthy(); });
}

}  // namespace postroad::wiring
