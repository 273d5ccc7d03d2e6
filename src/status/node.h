#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "http/server.h"
#include "io/event.h"
#include "io/random.h"
#include "log/log.h"
#include "metrics/metrics.h"
#include "status/archive.h"
#include "status/page.h"
#include "status/probe.h"
#include "status/publisher.h"
#include "status/zone.h"

namespace postroad::status {

struct NodeOptions {
  std::string title = "Postroad Status";
  std::string zone = "Europe/Berlin";
  std::chrono::seconds probe_interval{30};
  std::chrono::seconds probe_timeout{10};
  std::filesystem::path folder;      // public/ below it is published
  std::vector<ProbePlan> plans;      // one a cluster
  std::string tls_name;              // in the services' certificates
  std::string url;                   // the page's public address, without a slash at its end
};

// The status plane: probes, judges, publishes, and takes operators' posts. Shares nothing with the other planes.
// All of it runs on one loop.
class Node {
 public:
  // All must outlive it and its loop's tasks.
  Node(io::Loop& loop, io::Network& network, io::Random& random, const io::TlsContext& tls, std::unique_ptr<Archive> archive,
       Zone zone, log::Log& log, metrics::Registry& metrics, NodeOptions options);
  ~Node();

  // Publishes what is known, then spawns the probes and the publisher. Serves even where nothing can be written.
  Result<> start();

  // For the web server.
  io::Task<http::Response> serve(http::Request request);

  // Adds an operator's post and publishes it. What its state is, its components are, until it is closed with Online.
  Result<Incident> post(const Post& post);
  const Board& board() const { return board_; }
  const std::vector<Incident>& incidents() const { return incidents_; }  // newest first
  std::string address_of(const Incident& incident) const;

 private:
  struct Synthetic;
  io::Task<void> provision_for_ever(Synthetic* user);
  io::Task<void> provision_once(Synthetic& user);
  io::Task<void> mail_for_ever(Synthetic* user);
  io::Task<void> mail_once(const Synthetic& user);
  ProbeWorld world() const { return {loop_, network_, tls_, options_.tls_name, options_.probe_timeout}; }
  void take(const Component& component, const ProbeResult& result);
  io::Task<void> publish_for_ever();
  Sight sight() const;
  // Makes the files anew (all of them, or the live ones), and writes what changed. A failure is logged and counted.
  void publish(bool is_all);
  void remember_board();
  void say_open_incidents();

  io::Loop& loop_;
  io::Network& network_;
  io::Random& random_;
  const io::TlsContext& tls_;
  std::unique_ptr<Archive> archive_;
  Zone zone_;
  log::Log& log_;
  metrics::Registry& metrics_;
  NodeOptions options_;
  Board board_;
  Publisher publisher_;
  std::vector<std::unique_ptr<Synthetic>> users_;
  std::vector<Incident> incidents_;           // newest first
  Time created_{};
  std::map<std::string, std::string> files_;  // as published
  io::Bell changed_;
};

}  // namespace postroad::status
