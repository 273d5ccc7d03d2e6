#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "control/caller.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

// How administrators sign in at control: those of `.adm` domains, and users who were given a role.
class SignIn {
 public:
  explicit SignIn(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // Refused, code SIGN_IN_FAILED: unknown, without a role, or a wrong password; the same in about the same time.
  // Busy, code TOO_MANY_FAILURES: from this peer for this name, lately. Others are not held up by it.
  io::Task<Result<Caller>> verify(std::string user, std::string domain, std::string password, std::string face, std::string peer);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
