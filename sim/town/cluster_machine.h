#pragma once

#include <memory>

#include "cluster/node.h"
#include "store/memory/memory.h"
#include "town/machine.h"
#include "town/world_log.h"

namespace postroad::sim {

// The simulated network knows hosts by their names.
class SameNames : public io::Resolver {
 public:
  io::Task<Result<std::vector<std::string>>> addresses(io::Loop&, std::string name) override {
    co_return std::vector<std::string>(1, std::move(name));
  }
};

// The one node of a mail cluster.
class ClusterMachine : public Machine {
 public:
  struct Options {
    std::string name;          // of the cluster, and of the host
    std::uint16_t number = 1;  // of the cluster
    std::string control;       // control's host
    std::size_t loops = 2;
    std::chrono::seconds recoverable{14 * 86'400};  // expunged mail
    std::chrono::seconds retry_least{30};           // a queued message
  };
  ClusterMachine(io::simulated::World& world, io::simulated::Network& network, Options options,
                 io::simulated::Random random);
  ~ClusterMachine() override;

  std::vector<io::simulated::Loop*> loops() override;
  bool make_disk_slow() override;
  bool make_disk_uncertain() override;
  bool make_disk_fail() override;
  bool make_part_fail() override;
  void calm_disk() override;
  bool is_writing() const override { return disk_.under_way() > 0; }
  bool drain(std::chrono::microseconds most) override;

  // While it is up and open.
  bool is_open() const;
  bool has_failed() const override;  // to open, or was drained
  cluster::Node& node();
  store::Store& store();
  const store::memory::Disk& disk() const { return disk_; }

 protected:
  void build() override;
  void tear_down(bool loses_power) override;

 private:
  struct Running;
  static io::Task<void> open(Running* running, io::simulated::Host* host);
  static io::Task<void> drain(Running* running, io::Tick until);

  Options options_;
  io::simulated::Random random_;
  store::memory::Disk disk_;
  io::simulated::TlsContext mail_tls_{"mail"};
  io::simulated::TlsContext feed_tls_;
  SameNames names_;
  WorldLog log_;
  std::unique_ptr<Running> running_;
};

}  // namespace postroad::sim
