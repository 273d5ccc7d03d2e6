#pragma once

#include <optional>
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

  // At the end of a run: whether each accepted change is applied; nothing where that can't be asked.
  io::Task<std::optional<bool>> is_settled();

 private:
  io::Task<bool> sign_in();
  io::Task<void> session();
  io::Task<void> act();
  model::Provisioning choose();
  io::Task<AppReply> request(model::Provisioning change);
  // Whether the request in doubt was accepted.
  io::Task<bool> resolve();
  io::Task<std::optional<bool>> has(std::string name);
  std::string new_name() { return "p" + std::to_string(++last_name_); }
  std::string some_user();

  Scene& scene_;
  Options options_;
  model::Domain& domain_;
  io::simulated::Random random_;
  AppClient client_;
  std::uint64_t last_name_ = 0;
};

}  // namespace postroad::sim
