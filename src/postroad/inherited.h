#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "io/stream.h"

namespace postroad::wiring {

// What a process got from the supervisor: listening sockets by service, and a descriptor to say 'ready' on.
//
//     POSTROAD_SOCKETS=smtp=5,imap=6   POSTROAD_READY=7
class Inherited {
 public:
  static Result<Inherited> from_environment();

  bool has(const std::string& service) const { return sockets_.contains(service); }
  // Takes the socket. `loop` must be a real one.
  std::unique_ptr<io::Listener> listener(io::Loop& loop, const std::string& service);
  // Tells the supervisor, once.
  void say_ready();

 private:
  std::map<std::string, int> sockets_;
  int ready_ = -1;
};

}  // namespace postroad::wiring
