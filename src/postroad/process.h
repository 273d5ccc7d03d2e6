#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "config/settings.h"
#include "http/server.h"
#include "io/real/machine.h"
#include "io/real/network.h"
#include "log/writer.h"
#include "metrics/metrics.h"
#include "postroad/folder.h"
#include "postroad/inherited.h"
#include "tls/context.h"

namespace postroad::wiring {

struct ProcessOptions {
  Path folder;
  std::string name;    // of a cluster
  bool is_demo = false;
  std::uint16_t feed_port = 0;  // of control, for a cluster
};

// The folder's postroad.toml; without one all is as by default.
Result<config::Settings> read_settings(const Path& folder);

// What every plane's process has: its settings, loops, log, metrics with their web server, TLS identity, the sockets
// that it inherited, and the signals that end it or make it read its settings again.
class Process {
 public:
  // Everything up to its loops. `title`: cluster.a, control, status. `loops` 0: as `runtime.loops` says.
  static Result<std::unique_ptr<Process>> open(const ProcessOptions& options, const std::string& title, std::size_t loops);
  ~Process();

  const config::Settings& settings() const { return settings_; }
  Path folder() const { return folder_; }  // the plane's own
  Path data_folder() const { return data_folder_; }
  io::real::Machine& machine() { return machine_; }
  io::real::Loop& loop() { return machine_.loop(0); }
  log::Log& log() { return *log_; }
  metrics::Registry& metrics() { return metrics_; }
  Inherited& sockets() { return sockets_; }
  io::real::Network& network() { return network_; }

  // The services' TLS; the seams' two sides. Each makes a new one.
  Result<std::unique_ptr<tls::Context>> service_tls() const;
  Result<std::unique_ptr<tls::Context>> seam_server_tls() const;
  Result<std::unique_ptr<tls::Context>> seam_client_tls() const;
  // A client of public ports: trusts the folder's authority.
  Result<std::unique_ptr<tls::Context>> public_client_tls() const;

  // Runs until a signal has come and `on_stop` has ended; destroys all tasks. `is_healthy` answers /health.
  int run(std::function<io::Task<void>()> on_stop, std::function<bool()> is_healthy);
  // Says it is ready: to the supervisor, and on /ready.
  void ready();
  // Ends the process from within, with this exit code.
  void fail_with(const std::string& what);

 private:
  Process(const ProcessOptions& options, std::string title, config::Settings settings, Inherited sockets, std::size_t loops);
  io::Task<http::Response> answer(http::Request request);
  io::Task<void> stop(std::function<io::Task<void>()> on_stop);
  void reload();

  const std::string title_;
  const Path data_folder_;
  const Path folder_;
  config::Settings settings_;
  Inherited sockets_;
  io::real::Machine machine_;
  io::real::Network network_;
  std::unique_ptr<log::Writer> log_;
  metrics::Registry metrics_;
  std::unique_ptr<http::Server> web_;
  std::function<bool()> is_healthy_;
  std::atomic<bool> is_ready_ = false;
  bool is_stopping_ = false;
  int exit_code_ = 0;
};

// Complains on standard error and gives the exit code 1.
int complain(const Error& error);

}  // namespace postroad::wiring
