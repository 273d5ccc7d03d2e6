#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "control/caller.h"
#include "control/tokens.h"
#include "io/task.h"

namespace postroad::control {

struct Core;
struct OpenedToken;

// Who signed on by a single-use token, and the session that it was changed for.
struct SignedOn {
  Caller caller;
  MadeToken session;
};
// Who signed in by a token of any kind.
struct SignedIn {
  Caller caller;
  std::optional<MadeToken> session;  // where it was a single-use one
};

// Where the code of a second factor stands: of its own, or, with faces whose protocol has no place for it and nothing was given
// apart, at the end of the password.
enum class CodeAt : std::uint8_t { Apart, PasswordsEnd };

// How administrators sign in at control: those of `.adm` domains, and users who were given a role.
class SignIn {
 public:
  explicit SignIn(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // Refused, code SIGN_IN_FAILED: unknown, without a role, or a wrong password; the same in about the same time.
  // Busy, code TOO_MANY_FAILURES: from this peer for this name, lately. Others are not held up by it.
  // Refused, code SECOND_FACTOR: the password is right, and a code is needed, or the code is wrong; after many wrong ones TOO_MANY_FAILURES.
  // A token takes a password's place, for faces that know nothing else: it needs no code.
  io::Task<Result<Caller>> verify(std::string user, std::string domain, std::string password, std::string face, std::string peer, std::string code = {},
                                  CodeAt code_at = CodeAt::Apart);

  // By an API token or a session's. Refused, code SIGN_IN_FAILED.
  io::Task<Result<Caller>> verify_token(std::string token, std::string face, std::string peer);
  // By a single-use token, which is gone then.
  io::Task<Result<SignedOn>> sign_on(std::string token, std::string face, std::string peer);
  // By a token of any kind, which must be that of `user`, `admin@north.adm`; empty: anybody's.
  io::Task<Result<SignedIn>> verify_any_token(std::string user, std::string token, std::string face, std::string peer);

  // Wrong passwords for a name, from wherever, and wrong codes are forgotten; by whoever may set its password. How many counts there were.
  io::Task<Result<std::uint64_t>> unlock(Caller caller, std::string user, std::string domain);
  // The same of all that came from an address's network; for operators.
  std::uint64_t unlock_network(const std::string& address);

 private:
  io::Task<Result<>> check_code(Caller who, std::string id, std::string code);
  io::Task<Result<std::optional<OpenedToken>>> open(std::string token);
  io::Task<Result<Caller>> admit(OpenedToken opened, Caller who);
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
