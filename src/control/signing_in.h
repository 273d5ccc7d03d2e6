#pragma once

#include <map>
#include <memory>
#include <string>

#include "control/api.h"
#include "io/event.h"
#include "sasl/remembered.h"
#include "sasl/throttle.h"

namespace postroad::control {

// What there is to know about sign-ins under way and lately. Failures are counted by where they come from: by network and
// name together, so that a stranger's guesses hold up the stranger and never the owner of the name; and by network alone,
// so that one who tries one password on many names is held up too. A password that was right is remembered for a while.
//
// Belongs to control's loop.
class SigningIn {
 public:
  SigningIn(Machine machine, const Options& options);

  // Of one network and name there is one attempt at a time: so that many at once count as many, and the others of a client
  // that opens many sessions with the right password find it remembered.
  class Attempt {
   public:
    ~Attempt();
    Attempt(Attempt&&) = default;

   private:
    friend class SigningIn;
    using Turns = std::map<std::string, std::shared_ptr<io::Mutex>>;
    Attempt(std::string network, std::string name, Turns& turns, std::shared_ptr<io::Mutex> turn, io::Mutex::Guard guard);
    std::string network_;
    std::string name_;  // with the network
    Turns* turns_;
    std::shared_ptr<io::Mutex> turn_;
    io::Mutex::Guard guard_;
  };
  io::Task<Attempt> enter(std::string network, std::string name);

  // How long the attempt has to wait before its password is looked at; zero: not at all.
  std::chrono::seconds wait(const Attempt& attempt);
  void failed(const Attempt& attempt);

  bool remembers(const std::string& who, const std::string& password);
  void remember(const std::string& who, const std::string& password);

  // Codes of second factors that were wrong, by whose they were: from anywhere, since only who knows the password comes so
  // far. A recovery code opens meanwhile.
  std::chrono::seconds code_wait(const std::string& holder) { return codes_.wait(holder, now()); }
  void code_tried(const std::string& holder) { codes_.failed(holder, now()); }

  // What operators forgive: all that was wrong for a name, from wherever, and the codes of whom it is; or from a network, for
  // whatever name. How many counts there were.
  std::size_t forget_name(const std::string& name, const std::string& holder);
  std::size_t forget_network(const std::string& network);

  // Verified where there is no such administrator, so that it takes as long.
  const std::string& nobodys_hash() const { return nobodys_hash_; }

 private:
  io::Tick now() const { return loop_.clock().steady(); }
  io::Loop& loop_;
  Attempt::Turns turns_;
  sasl::Throttle names_;
  sasl::Throttle networks_;
  sasl::Throttle codes_;
  sasl::Remembered remembered_;
  std::string nobodys_hash_;
};

}  // namespace postroad::control
