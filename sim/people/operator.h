#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/domain.h"
#include "people/operator_client.h"

namespace postroad::sim {

// One who runs the system, and can't leave the queue alone: holds, slows and releases the company, pauses and resumes
// clusters, cancels by client, kind, domain and age, and asks again for what was cancelled. Leaves nothing held.
class Operator {
 public:
  struct Options {
    std::string host = "desk";
    std::string control = "control";
    std::string client;  // the company that asks
    std::vector<std::string> clusters;
    std::chrono::microseconds pause{5'000'000};  // between times at work, about
  };
  // The domains are the company's. All outlive the operator.
  Operator(Scene& scene, Options options, std::vector<model::Domain*> domains, model::Levers& levers, io::simulated::Random random);
  io::Task<void> run();

 private:
  io::Task<void> session();
  io::Task<void> leave();
  // Closes the connection; then nothing that was asked over it has an effect any more.
  io::Task<void> go();
  io::Task<void> act();
  io::Task<void> hold();
  io::Task<void> throttle();
  io::Task<void> release();
  io::Task<void> pause(std::string cluster);
  io::Task<void> resume(std::string cluster);
  io::Task<void> cancel();
  io::Task<void> look();
  io::Task<void> retry();
  // Until the cancellation under way is over: done, or control was started anew.
  io::Task<void> follow();
  model::Filter some_filter();
  bool are_all_abreast() const;
  // Whether it was done. Throws io::Ended where nobody knows.
  io::Task<bool> tell(boost::json::object request);

  Scene& scene_;
  Options options_;
  std::vector<model::Domain*> domains_;
  model::Levers& levers_;
  io::simulated::Random random_;
  OperatorClient client_;
  bool may_be_held_ = false;
  std::set<std::string> may_be_paused_;
  std::set<std::string> cancellations_;  // ids of those that are over
  std::set<std::string> asked_again_;    // changes
};

}  // namespace postroad::sim
