#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

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

// Why the account must not use the service; empty: it may.
std::string barred(const Snapshot& snapshot, std::string_view account_id, Service service);

// Watches whether a session of somebody who has signed in may go on. What was allowed then need not be for ever: an
// account is suspended or deleted, or its password changed because others knew it.
class Permit {
 public:
  // Why the session must end; empty: it may go on. Costs nothing where the directory is the one of the last call.
  std::string barred(const SnapshotPtr& now, const Identity& identity, Service service);

 private:
  std::weak_ptr<const Snapshot> seen_;
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
