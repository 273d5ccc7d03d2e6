#pragma once

#include <chrono>
#include <memory>

#include "directory/directory.h"
#include "directory/sign_in.h"
#include "io/pool.h"
#include "io/random.h"
#include "sasl/password.h"

namespace postroad::directory {

struct SignInOptions {
  sasl::HashOptions hash;  // what unknown users' sign-ins cost, too
  // A password that was right is taken for right again for so long, without hashing; zero: never.
  std::chrono::seconds remember{120};
  std::size_t remembered = 65536;  // at most; the oldest go first
  // After so many failures within the window, further ones are refused until the window has passed; zero: no limit.
  std::uint32_t failures_per_pair = 20;       // of one network for one account: only who guesses is held up
  std::uint32_t failures_per_peer = 100;      // of one network
  std::uint32_t failures_per_address = 1000;  // of one account, wherever they come from: guessing from many networks
  std::chrono::seconds failure_window{600};
  std::size_t throttled = 65536;  // addresses and peers watched, at most; the oldest go first
  bool throttle_loopback = true;  // false: a peer on loopback is never throttled, nor is an address for it
};

// Signs mail users in by the directory's passwords. Callable on any loop that `directory` has a view for.
class PasswordSignIn : public SignIn {
 public:
  // All must outlive it; `pool` is where passwords are hashed.
  PasswordSignIn(Directory& directory, io::Pool& pool, io::Random& random, log::Log& log, metrics::Registry& metrics,
                 SignInOptions options = {});
  ~PasswordSignIn() override;

  io::Task<Result<Identity>> verify(io::Loop& loop, std::string address, std::string password, Service service,
                                    io::Endpoint peer) override;

 private:
  struct State;
  struct Attempt;
  static std::string remembered_as(const Attempt& attempt);
  Result<> may_try(const Attempt& attempt, io::Tick now);
  bool is_throttled(const std::string& peer) const;
  // What a password fits; version 0: nothing.
  struct Fit {
    std::uint64_t version = 0;
    bool is_app_password = false;
  };
  io::Task<Result<Fit>> fit_of_password(io::Loop& loop, const Attempt& attempt);
  io::Task<void> hash_anew(io::Loop& loop, const Attempt& attempt, Directory::Credentials credentials);
  Result<Identity> identify(const Attempt& attempt, const Snapshot& snapshot);
  std::unexpected<Error> busy(const Attempt& attempt, const std::string& reason);
  std::unexpected<Error> refuse(const Attempt& attempt, io::Tick now);
  void write_refusal(const Attempt& attempt, std::string_view reason);
  std::unique_ptr<State> state_;
};

}  // namespace postroad::directory
