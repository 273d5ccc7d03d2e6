#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "model/domain.h"
#include "people/imap_user.h"
#include "people/operator.h"
#include "people/pop_user.h"
#include "people/provisioner.h"
#include "people/sender.h"
#include "people/watcher.h"
#include "town/cluster_machine.h"
#include "town/control_machine.h"
#include "town/trouble.h"

namespace postroad::sim {

// Everything of one run: the world, its machines, and its people.
class Town {
 public:
  Town(std::uint64_t seed, std::function<void(std::string_view)> on_note);
  ~Town();

  // Starts the machines and provisions what people need. Nothing goes wrong meanwhile.
  void set_up();
  void send_people();
  // Runs the world, with its trouble, until the claim holds or so much time has passed; stops at a finding.
  bool run_until(const std::function<bool()>& claim, std::chrono::microseconds most);

  io::simulated::World& world() { return world_; }
  Scene& scene() { return scene_; }
  Findings& findings() { return findings_; }
  Trouble& trouble() { return *trouble_; }
  ControlMachine& control() { return control_; }

  struct Cluster {
    std::unique_ptr<ClusterMachine> machine;
    std::string domain;  // of the people
    std::vector<std::unique_ptr<Person>> people;
    model::Domain churn;  // what the provisioner changes
    std::unique_ptr<Provisioner> provisioner;
    std::vector<std::unique_ptr<ImapUser>> imap_users;
    std::vector<std::unique_ptr<PopUser>> pop_users;
    std::vector<std::unique_ptr<Watcher>> watchers;
    std::vector<std::unique_ptr<Sender>> senders;
  };
  std::vector<Cluster>& clusters() { return clusters_; }
  // Mailboxes that the company may have.
  std::uint64_t room() const;
  std::string company() const;  // its administrators' domain

  io::simulated::Loop& people_loop() { return people_loop_; }
  // Whether everybody has finished and left.
  bool are_people_gone() const { return people_loop_.running() == 0; }
  // Control has handed everything over, and every cluster has settled it.
  bool is_provisioned();

 private:
  void send_people(Cluster& cluster);
  io::Task<Result<>> provision();
  io::Task<Result<>> provision(Cluster& cluster, std::string company);
  io::Task<Result<std::uint64_t>> queued();
  void mend(Machine& machine);

  io::simulated::World world_;
  io::simulated::Random random_;
  io::simulated::Network network_;
  io::simulated::TlsContext people_tls_{"somebody"};
  io::simulated::Loop people_loop_;
  Findings findings_;
  Scene scene_;
  ControlMachine control_;
  model::Levers levers_;
  std::vector<Cluster> clusters_;
  std::unique_ptr<Operator> operator_;
  std::unique_ptr<Trouble> trouble_;
};

}  // namespace postroad::sim
