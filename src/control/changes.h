#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

// What became of accepted requests. A change that the caller may not see is NotFound, code NO_CHANGE.
class Changes {
 public:
  explicit Changes(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  io::Task<Result<ChangeView>> get(Caller caller, std::string change);
  // Once it is settled, or the time is up.
  io::Task<Result<ChangeView>> wait(Caller caller, std::string change, std::chrono::milliseconds most);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
