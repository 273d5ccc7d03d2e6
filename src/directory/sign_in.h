#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "directory/snapshot.h"
#include "io/stream.h"
#include "io/task.h"

namespace postroad::directory {

// Who signed in.
struct Identity {
  std::string account;  // the account's id
  std::string address;  // its own address, whatever alias was typed
  AccountType type = AccountType::Mailbox;
  std::uint64_t credentials_version = 0;
  std::string timezone;  // IANA name, never empty
  std::string language;  // BCP 47, never empty
};

// How a mail user signs in. Each protocol asks; PasswordSignIn answers, tests put their own in its place.
class SignIn {
 public:
  virtual ~SignIn() = default;

  // `service`: what for. Runs on and comes back to `loop`.
  //   Refused, code AUTHENTICATIONFAILED: unknown address or wrong password, the same answer in about the same time
  //   Refused, code CONTACTADMIN: the password was right, and the account must not use the service (rfc5530 3)
  //   Busy, code UNAVAILABLE: too many failures lately, or too many sign-ins wait; try again later
  virtual io::Task<Result<Identity>> verify(io::Loop& loop, std::string address, std::string password, Service service,
                                            io::Endpoint peer) = 0;
};

}  // namespace postroad::directory
