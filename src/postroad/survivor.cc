#include "postroad/survivor.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

extern "C" {  // glibc 2.36's header does not say so itself
#include <sys/pidfd.h>
}

namespace postroad::wiring {
namespace {

constexpr int kPatienceMs = 20'000;

struct Descriptor {
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  int number;
};

// Who listens on a Unix socket: the kernel remembers it, so that no number from a file is trusted. 0: nobody.
int listener_of(const Path& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof name.sun_path) return 0;
  std::strcpy(name.sun_path, path.c_str());
  const Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  ucred who{};
  socklen_t size = sizeof who;
  if (::connect(socket.number, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) return 0;
  return ::getsockopt(socket.number, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who.pid : 0;
}

}  // namespace

Result<bool> end_survivor(const Path& folder) {
  const int process = listener_of(folder / "status/operator.sock");
  if (process <= 0) return false;
  const Descriptor held{::pidfd_open(process, 0)};
  if (held.number < 0) return false;  // it has just ended
  if (::pidfd_send_signal(held.number, SIGTERM, nullptr, 0) != 0)
    return fail(Fault::Refused, "can't stop the status plane, process " + std::to_string(process) + ": " + std::strerror(errno));
  pollfd ended{held.number, POLLIN, 0};
  if (::poll(&ended, 1, kPatienceMs) != 1) return fail(Fault::Busy, "the status plane, process " + std::to_string(process) + ", does not end");
  return true;
}

}  // namespace postroad::wiring
