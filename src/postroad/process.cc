#include "postroad/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <thread>

#include "base/check.h"

namespace postroad::wiring {

using io::Task;

namespace {

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::Debug;
  if (name == "warning") return log::Level::Warning;
  if (name == "error") return log::Level::Error;
  return log::Level::Info;
}

// As many descriptors as the system allows: what a shell gives at first (1,024) is a tenth of the sessions that there may be.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Result<config::Settings> read_settings(const Path& folder) {
  auto settings = config::load((folder / "postroad.toml").string());
  if (!settings && settings.error().fault == Fault::NotFound) return config::Settings{};
  return settings;
}

int complain(const Error& error) {
  std::fprintf(stderr, "postroad: %s\n", error.text.c_str());
  return 1;
}

Result<std::unique_ptr<Process>> Process::open(const ProcessOptions& options, const std::string& title, std::size_t loops) {
  TRY(auto settings, read_settings(options.folder));
  TRY(auto sockets, Inherited::from_environment());
  raise_descriptor_limit();
  if (loops == 0) loops = settings.runtime.loops;
  if (loops == 0) loops = std::max(1U, std::thread::hardware_concurrency());
  return std::unique_ptr<Process>(new Process(options, title, std::move(settings), std::move(sockets), loops));
}

Process::Process(const ProcessOptions& options, std::string title, config::Settings settings, Inherited sockets, std::size_t loops)
    : title_(std::move(title)),
      data_folder_(options.folder),
      folder_(options.folder / title_),
      settings_(std::move(settings)),
      sockets_(std::move(sockets)),
      machine_(loops) {
  log_ = std::make_unique<log::Writer>(
      machine_.clock(), STDOUT_FILENO,
      log::Options{level_of(settings_.log.level), settings_.log.addresses == "hashed",
                   read_file(data_folder_ / "log" / "hash.key").value_or(""), title_});
}

Process::~Process() = default;

Result<std::unique_ptr<tls::Context>> Process::service_tls() const {
  const auto base = (data_folder_ / "tls" / title_).string();
  return tls::Context::server({base + ".pem", base + ".key", ""});
}

Result<std::unique_ptr<tls::Context>> Process::seam_server_tls() const {
  const auto base = (data_folder_ / "tls" / title_).string();
  return tls::Context::server({base + ".pem", base + ".key", (data_folder_ / "tls/ca.pem").string()});
}

Result<std::unique_ptr<tls::Context>> Process::seam_client_tls() const {
  const auto base = (data_folder_ / "tls" / title_).string();
  return tls::Context::client({base + ".pem", base + ".key", (data_folder_ / "tls/ca.pem").string()});
}

Result<std::unique_ptr<tls::Context>> Process::public_client_tls() const {
  return tls::Context::client({"", "", (data_folder_ / "tls/ca.pem").string()});
}

Task<http::Response> Process::answer(http::Request request) {
  if (request.path() == "/metrics") co_return http::answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics_.text());
  if (request.path() == "/health") {
    const bool is_healthy = is_healthy_();
    co_return http::answer(is_healthy ? 200 : 503, "text/plain; charset=utf-8", is_healthy ? "ok\n" : "not healthy; see the log\n");
  }
  if (request.path() == "/ready")
    co_return http::answer(is_ready_ ? 200 : 503, "text/plain; charset=utf-8", is_ready_ ? "ready\n" : "not ready\n");
  co_return http::refusal(404);
}

void Process::ready() {
  is_ready_ = true;
  log_->info("process.ready");
  sockets_.say_ready();
}

void Process::fail_with(const std::string& what) {
  log_->error("process.failed", {{"reason", what}});
  exit_code_ = 1;
  machine_.stop();
}

void Process::reload() {
  const auto read = read_settings(data_folder_);
  if (!read) {
    log_->error("settings.refused", {{"reason", read.error().text}});
    return;
  }
  log_->set_least(level_of(read->log.level));
  log_->set_hash_addresses(read->log.addresses == "hashed");
  log_->info("settings.reloaded");
  if (const auto names = config::waiting_for_restart(settings_, *read); !names.empty())
    log_->warning("settings.need_restart", {{"names", names}});
}

Task<void> Process::stop(std::function<Task<void>()> on_stop) {
  log_->info("process.stopping");
  is_ready_ = false;
  co_await on_stop();
  log_->info("process.stopped");
  machine_.stop();
}

int Process::run(std::function<Task<void>()> on_stop, std::function<bool()> is_healthy) {
  is_healthy_ = std::move(is_healthy);
  if (sockets_.has("metrics")) {
    web_ = std::make_unique<http::Server>(loop(), sockets_.listener(loop(), "metrics"), nullptr,
                                          [this](http::Request request) { return answer(std::move(request)); });
    web_->start();
  }
  const io::real::Signals signals(loop(), {SIGTERM, SIGINT, SIGHUP}, [&](int number) {
    if (number == SIGHUP) {
      reload();
    } else if (!is_stopping_) {
      is_stopping_ = true;
      loop().spawn(stop(on_stop), "stop");
    }
  });
  machine_.run();
  machine_.kill();
  return exit_code_;
}

}  // namespace postroad::wiring
