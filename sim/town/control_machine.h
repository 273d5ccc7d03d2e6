#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/api.h"
#include "sql/memory_vfs.h"
#include "town/machine.h"
#include "town/world_log.h"

namespace postroad::sim {

// The control plane: its database on a disk of its own, the feeds, APP, and the operators' socket.
class ControlMachine : public Machine {
 public:
  ControlMachine(io::simulated::World& world, io::simulated::Network& network, std::vector<std::string> clusters,
                 io::simulated::Random random);
  ~ControlMachine() override;

  std::vector<io::simulated::Loop*> loops() override;
  bool make_disk_slow() override { return false; }
  bool make_disk_uncertain() override { return false; }
  // Everything fails from some write on; the disk is exchanged when it is calmed, and the machine started anew.
  bool make_disk_fail() override;
  bool make_part_fail() override { return false; }
  void calm_disk() override { is_disk_exchanged_ = is_disk_failing_; }
  bool is_writing() const override { return true; }
  bool drain(std::chrono::microseconds) override { return false; }

  bool has_failed() const override;  // to write
  control::Api& api();  // while it is up

 protected:
  void build() override;
  void tear_down(bool loses_power) override;

 private:
  struct Running;
  std::vector<std::string> clusters_;
  io::simulated::Random random_;
  sql::MemoryDisk disk_;
  bool is_disk_failing_ = false;
  bool is_disk_exchanged_ = false;
  io::simulated::TlsContext feed_tls_{"control"};
  io::simulated::TlsContext service_tls_{"mail"};
  WorldLog log_;
  std::unique_ptr<Running> running_;
};

}  // namespace postroad::sim
