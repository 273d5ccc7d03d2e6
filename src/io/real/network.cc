#include "io/real/network.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "io/event.h"
#include "io/real/socket.h"

namespace postroad::io::real {
namespace asio = boost::asio;

namespace {

constexpr int kBacklog = 1024;
constexpr auto kDescriptorsGoneWait = std::chrono::milliseconds(100);

struct Name {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

[[noreturn]] void throw_errno(const std::string& what) {
  throw Ended(Ended::Why::Reset, what + ": " + std::strerror(errno));
}

Name name_of(const Endpoint& at) {
  Name made;
  auto& v4 = reinterpret_cast<sockaddr_in&>(made.storage);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(made.storage);
  if (inet_pton(AF_INET, at.address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(at.port);
    made.size = sizeof v4;
  } else if (inet_pton(AF_INET6, at.address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(at.port);
    made.size = sizeof v6;
  } else {
    throw Ended(Ended::Why::Reset, at.address + " is not an IP address");
  }
  return made;
}

Name unix_name(const std::string& path) {
  Name made;
  auto& name = reinterpret_cast<sockaddr_un&>(made.storage);
  if (path.size() >= sizeof name.sun_path) throw Ended(Ended::Why::Reset, path + ": too long for a socket's name");
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), path.size());
  made.size = sizeof name;
  return made;
}

// A descriptor until somebody takes it.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  int take() { return std::exchange(number_, -1); }

 private:
  int number_;
};

void set_option(int descriptor, int level, int option) {
  const int on = 1;
  ::setsockopt(descriptor, level, option, &on, sizeof on);  // best effort; a Unix socket has none of them
}

class RealListener : public Listener {
 public:
  RealListener(Loop& loop, int descriptor) : loop_(loop), descriptor_(loop.context(), descriptor) {}

  Task<std::unique_ptr<Stream>> accept() override {
    for (;;) {
      if (is_closed_) throw Ended(Ended::Why::Shutdown, "the listener is closed");
      const int taken = ::accept4(descriptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (taken >= 0) {
        set_option(taken, IPPROTO_TCP, TCP_NODELAY);
        set_option(taken, SOL_SOCKET, SO_KEEPALIVE);
        co_return std::make_unique<Socket>(loop_, taken);
      }
      if (errno == EAGAIN) {
        co_await wait();
      } else if (errno != ECONNABORTED && errno != EINTR) {
        co_await loop_.sleep(kDescriptorsGoneWait);  // the connection waits in the kernel
      }
    }
  }

  Endpoint local() const override {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    ::getsockname(const_cast<asio::posix::stream_descriptor&>(descriptor_).native_handle(), reinterpret_cast<sockaddr*>(&name), &size);
    char text[INET6_ADDRSTRLEN] = {};
    if (name.ss_family == AF_INET) {
      const auto& v4 = reinterpret_cast<const sockaddr_in&>(name);
      return {inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text), ntohs(v4.sin_port)};
    }
    if (name.ss_family == AF_INET6) {
      const auto& v6 = reinterpret_cast<const sockaddr_in6&>(name);
      return {inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text), ntohs(v6.sin6_port)};
    }
    return {"unix", 0};
  }

  void close() override {
    is_closed_ = true;
    descriptor_.cancel();
  }

 private:
  Task<void> wait() {
    struct Awaiter {
      asio::posix::stream_descriptor& descriptor;
      bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> caller) {
        descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                              [caller](const boost::system::error_code&) { caller.resume(); });
      }
      void await_resume() const {}
    };
    co_await Awaiter{descriptor_};
  }

  Loop& loop_;
  asio::posix::stream_descriptor descriptor_;
  bool is_closed_ = false;
};

Task<std::unique_ptr<Stream>> connect_name(Loop* loop, Name name, Tick until, std::string what) {
  Descriptor made(::socket(name.get()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (made.get() < 0) throw_errno(what);
  set_option(made.get(), IPPROTO_TCP, TCP_NODELAY);
  const int failed = ::connect(made.get(), name.get(), name.size);
  if (failed != 0 && errno != EINPROGRESS) throw_errno(what);
  auto socket = std::make_unique<Socket>(*loop, made.take());
  socket->set_deadline(until);
  if (failed != 0) co_await socket->finish_connect();
  socket->set_deadline(kNever);
  co_return socket;
}

}  // namespace

Task<std::unique_ptr<Stream>> Network::connect(io::Loop& loop, Endpoint to, Tick until) {
  return connect_name(&static_cast<Loop&>(loop), name_of(to), until, "can't connect to " + to.text());
}

std::unique_ptr<Listener> Network::listen(io::Loop& loop, Endpoint at) {
  return adopt_listener(loop, open_listening(at));
}

int open_listening(const Endpoint& at) {
  const auto name = name_of(at);
  Descriptor made(::socket(name.get()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (made.get() < 0) throw_errno("can't open a socket");
  set_option(made.get(), SOL_SOCKET, SO_REUSEADDR);
  if (::bind(made.get(), name.get(), name.size) != 0 || ::listen(made.get(), kBacklog) != 0)
    throw_errno("can't listen on " + at.text());
  return made.take();
}

std::unique_ptr<Listener> adopt_listener(io::Loop& loop, int descriptor) {
  return std::make_unique<RealListener>(static_cast<Loop&>(loop), descriptor);
}

std::unique_ptr<Stream> adopt_stream(io::Loop& loop, int descriptor) {
  return std::make_unique<Socket>(static_cast<Loop&>(loop), descriptor);
}

std::unique_ptr<Listener> listen_unix(io::Loop& loop, const std::string& path) {
  const auto name = unix_name(path);
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  ::unlink(path.c_str());
  // The mode before the name is there: nobody else may slip in between.
  if (made.get() < 0 || ::fchmod(made.get(), 0600) != 0 || ::bind(made.get(), name.get(), name.size) != 0 ||
      ::listen(made.get(), kBacklog) != 0)
    throw_errno("can't listen on " + path);
  return adopt_listener(loop, made.take());
}

Task<std::unique_ptr<Stream>> connect_unix(io::Loop& loop, std::string path) {
  return connect_name(&static_cast<Loop&>(loop), unix_name(path), kNever, "can't connect to " + path);
}

}  // namespace postroad::io::real
