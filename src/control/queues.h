#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/change.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

// A cluster's queue, as operators see it.
struct QueueView {
  std::string cluster;
  bool is_paused = false;
  bool is_reachable = false;
  std::uint64_t length = 0;  // changes accepted and not settled
  std::uint64_t in_feed = 0;  // of those: handed to the cluster, or about to be
  std::chrono::microseconds age{0};  // of the oldest
  std::uint64_t acknowledged = 0;    // the feed's position up to which all is settled
};

// The operators' levers.
class Queues {
 public:
  explicit Queues(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // By name.
  io::Task<Result<std::vector<QueueView>>> state();
  // While paused nothing goes to the cluster; requests are accepted and answered `queued`. Survives a restart.
  // NotFound, code NO_CLUSTER.
  io::Task<Result<>> pause(std::string cluster);
  io::Task<Result<>> resume(std::string cluster);
  // What waits, oldest first.
  io::Task<Result<std::vector<ChangeView>>> list(std::string cluster, std::uint64_t most);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
