#pragma once

#include <optional>
#include <set>
#include <string>

#include "model/domain.h"
#include "people/app_client.h"

namespace postroad::sim {

// A billing system that makes, changes and removes mailboxes of one domain, one request after another.
class Provisioner {
 public:
  struct Options {
    std::string host = "billing";
    std::string control = "control";
    std::string user = "admin";
    std::string admin_domain;
    std::string password;
    std::chrono::microseconds pause{400'000};  // between requests, about
  };
  // `domain` exists already, and outlives the provisioner.
  Provisioner(Scene& scene, Options options, model::Domain& domain, io::simulated::Random random);
  io::Task<void> run();

  // At the end of a run: whether each accepted change is settled; nothing where that can't be asked.
  io::Task<std::optional<bool>> is_settled();
  // The names that the domain has; nothing where that can't be asked.
  io::Task<std::optional<std::set<std::string>>> names();

 private:
  io::Task<bool> sign_in();
  io::Task<void> session();
  io::Task<bool> turn(bool has_caught_up);
  io::Task<void> act();
  model::Provisioning choose();
  io::Task<AppReply> request(model::Provisioning change);
  void take(const AppReply& reply);
  // Asks what became of what is in doubt, and of what is not settled. False where that can't be told now.
  io::Task<bool> catch_up();
  // Whether the request in doubt was accepted, and under which id, as operators see it.
  io::Task<bool> resolve();
  void learn(std::size_t change, const std::string& state);
  std::string new_name();
  std::string some_user();

  Scene& scene_;
  Options options_;
  model::Domain& domain_;
  io::simulated::Random random_;
  AppClient client_;
  std::uint64_t last_name_ = 0;
  bool has_no_room_ = false;
};

}  // namespace postroad::sim
