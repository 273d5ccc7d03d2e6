#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "control/caller.h"
#include "control/tokens.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

// Who signed on by a single-use token, and the session that it was changed for.
struct SignedOn {
  Caller caller;
  MadeToken session;
};

// How administrators sign in at control: those of `.adm` domains, and users who were given a role.
class SignIn {
 public:
  explicit SignIn(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // Refused, code SIGN_IN_FAILED: unknown, without a role, or a wrong password; the same in about the same time.
  // Busy, code TOO_MANY_FAILURES: from this peer for this name, lately. Others are not held up by it.
  // Refused, code SECOND_FACTOR: the password is right, and a code is needed, or the code is wrong; after many wrong ones TOO_MANY_FAILURES.
  // A token takes a password's place, for faces that know nothing else: it needs no code.
  io::Task<Result<Caller>> verify(std::string user, std::string domain, std::string password, std::string face, std::string peer, std::string code = {});

  // By an API token or a session's. Refused, code SIGN_IN_FAILED.
  io::Task<Result<Caller>> verify_token(std::string token, std::string face, std::string peer);
  // By a single-use token, which is gone then.
  io::Task<Result<SignedOn>> sign_on(std::string token, std::string face, std::string peer);

 private:
  io::Task<Result<>> check_code(Caller who, std::string id, std::string code);
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
