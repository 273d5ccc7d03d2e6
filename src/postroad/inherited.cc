#include "postroad/inherited.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "io/real/network.h"

namespace postroad::wiring {

Result<Inherited> Inherited::from_environment() {
  Inherited made;
  const char* const sockets = std::getenv("POSTROAD_SOCKETS");
  if (sockets == nullptr) return fail(Fault::NotFound, "this process is started by `postroad up`, which passes it its sockets");
  for (const auto entry : split(sockets, ',')) {
    const auto parts = split(entry, '=');
    const auto number = parts.size() == 2 ? parse_number(parts[1], 1'000'000) : std::nullopt;
    if (!number || ::fcntl(static_cast<int>(*number), F_GETFD) < 0)
      return fail(Fault::Syntax, "POSTROAD_SOCKETS: expected service=descriptor, not " + std::string(entry));
    ::fcntl(static_cast<int>(*number), F_SETFD, FD_CLOEXEC);
    made.sockets_.emplace(parts[0], static_cast<int>(*number));
  }
  if (const char* const ready = std::getenv("POSTROAD_READY")) made.ready_ = static_cast<int>(parse_number(ready, 1'000'000).value_or(0));
  return made;
}

std::unique_ptr<io::Listener> Inherited::listener(io::Loop& loop, const std::string& service) {
  const auto at = sockets_.find(service);
  check(at != sockets_.end(), "the supervisor passes every planned socket");
  const int descriptor = at->second;
  sockets_.erase(at);
  return io::real::adopt_listener(loop, descriptor);
}

void Inherited::say_ready() {
  if (ready_ <= 0) return;
  if (::write(ready_, "r", 1) != 1) {  // the supervisor is gone; its death is told otherwise
  }
  ::close(std::exchange(ready_, -1));
}

}  // namespace postroad::wiring
