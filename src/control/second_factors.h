#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

// Shown once, to whoever enrols.
struct Enrolment {
  std::string secret;  // base32
  std::string uri;     // for a QR code
};

inline constexpr std::size_t kRecoveryCodes = 10;

// The second factor of who administers: codes by the clock (rfc6238), and recovery codes for the day on which the device is
// lost. Not by API tokens: who finds one must not be able to lock its holder out.
class SecondFactors {
 public:
  explicit SecondFactors(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // Begins anew where it was not confirmed. Conflict, code SECOND_FACTOR, where one is in force.
  io::Task<Result<Enrolment>> enrol(Caller caller);
  // From here on a code is asked for. Gives the recovery codes; each is good once.
  io::Task<Result<std::vector<std::string>>> confirm(Caller caller, std::string code);
  // One's own, by a code; a code of recovery will do.
  io::Task<Result<>> remove_own(Caller caller, std::string code);
  // Another's, by whoever may set their password.
  io::Task<Result<>> remove(Caller caller, std::string user, std::string domain);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
