#pragma once

#include <memory>

#include "control/queues.h"

namespace postroad::control {

struct Core;

// A cancellation under way, and what became of it.
struct Cancelling {
  CancelView view;
  QueueFilter filter;  // its client is an id
  std::string actor;
};

// What the filter matches, and what would go with it. Reads in small pieces; `view` alone tells.
io::Task<Result<CancelView>> plan_cancelling(std::shared_ptr<Core> core, QueueFilter filter);

// To its end. A change that is in the feed is too late; each other one that matches is taken back with all that depend on
// it. Most take a small transaction; what has very many dependents is kept out of the feed first (Stage::Cancelling), and its
// dependents are taken back piece by piece, the newest first.
io::Task<void> run_cancelling(std::shared_ptr<Core> core, std::shared_ptr<Cancelling> cancelling);

}  // namespace postroad::control
