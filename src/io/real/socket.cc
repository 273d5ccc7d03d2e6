#include "io/real/socket.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace postroad::io::real {
namespace asio = boost::asio;

namespace {

[[noreturn]] void throw_reset() {
  throw Ended(Ended::Why::Reset, std::string("the connection failed: ") + std::strerror(errno));
}

using NameOf = int (*)(int, sockaddr*, socklen_t*);

Endpoint endpoint_of(int descriptor, NameOf name_of) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (name_of(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) return {};
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

}  // namespace

Socket::Socket(Loop& loop, int descriptor) : descriptor_(loop.context(), descriptor), timer_(loop) {}

void Socket::check_open() const {
  if (is_interrupted_) throw Ended(Ended::Why::Shutdown, "the server is shutting down");
  if (is_overdue_) throw Ended(Ended::Why::TimedOut, "the connection timed out");
}

Task<void> Socket::wait(For what) {
  struct Awaiter {
    Socket& socket;
    For what;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> caller) {
      const auto kind = what == For::Reading ? asio::posix::stream_descriptor::wait_read : asio::posix::stream_descriptor::wait_write;
      socket.descriptor_.async_wait(kind, [caller](const boost::system::error_code&) { caller.resume(); });
    }
    void await_resume() const {}
  };
  check_open();
  turns_ = 0;
  co_await Awaiter{*this, what};
  check_open();
}

// A peer that sends, or takes, as fast as it is served never lets us wait, and would have the loop for itself.
bool Socket::is_others_turn() {
  constexpr unsigned kTurns = 32;
  turns_ = (turns_ + 1) % kTurns;
  return turns_ == 0;
}

Task<void> Socket::until(TlsSession::Step step) {
  switch (step) {
    case TlsSession::Step::WantRead: co_await wait(For::Reading); co_return;
    case TlsSession::Step::WantWrite: co_await wait(For::Writing); co_return;
    case TlsSession::Step::Failed: throw Ended(Ended::Why::Tls, "TLS failed: " + tls_->failure());
    case TlsSession::Step::Closed: throw Ended(Ended::Why::Closed, "the peer closed the connection");
    case TlsSession::Step::Done: co_return;
  }
}

Task<std::size_t> Socket::read(std::span<char> into) {
  if (is_others_turn()) co_await timer_.loop().yield();
  for (;;) {
    check_open();
    if (tls_) {
      const auto made = tls_->read(into);
      if (made.step == TlsSession::Step::Done) co_return made.count;
      if (made.step == TlsSession::Step::Closed) co_return 0;
      co_await until(made.step);
      continue;
    }
    const auto count = ::recv(descriptor(), into.data(), into.size(), 0);
    if (count >= 0) co_return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) throw_reset();
    co_await wait(For::Reading);
  }
}

Task<void> Socket::wait_readable() {
  if (tls_ && tls_->has_pending()) co_return;
  co_await wait(For::Reading);
}

Task<void> Socket::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (is_others_turn()) co_await timer_.loop().yield();
    check_open();
    if (tls_) {
      const auto made = tls_->write(bytes);
      if (made.step == TlsSession::Step::Done) {
        bytes.remove_prefix(made.count);
      } else {
        co_await until(made.step);
      }
      continue;
    }
    const auto count = ::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      co_await wait(For::Writing);
    } else if (errno != EINTR) {
      throw_reset();
    }
  }
}

Task<void> Socket::shutdown() {
  try {
    while (tls_) {
      const auto made = tls_->shutdown();
      if (made.step != TlsSession::Step::WantWrite) break;
      co_await until(made.step);
    }
  } catch (const Ended&) {  // the peer is gone already
  }
  ::shutdown(descriptor(), SHUT_WR);
}

void Socket::set_deadline(Tick at) {
  deadline_ = at;
  if (at > timer_.loop().clock().steady()) is_overdue_ = false;  // there is time for a goodbye
  // A deadline that moves away costs nothing: the timer finds out when it comes due.
  if (!timer_.is_set() || at < timer_.at()) timer_.set(at, [this] { on_deadline(); });
}

void Socket::on_deadline() {
  if (deadline_ > timer_.loop().clock().steady()) {
    timer_.set(deadline_, [this] { on_deadline(); });
    return;
  }
  is_overdue_ = true;
  descriptor_.cancel();
}

void Socket::interrupt() {
  is_interrupted_ = true;
  descriptor_.cancel();
}

Task<void> Socket::handshake() {
  if (!tls_) throw Ended(Ended::Why::Tls, "no TLS here");
  for (;;) {
    check_open();
    const auto made = tls_->handshake();
    if (made.step == TlsSession::Step::Done) co_return;
    co_await until(made.step);
  }
}

Task<void> Socket::accept_tls(const TlsContext& context) {
  check(!tls_, "TLS is started once");
  tls_ = context.open_server(descriptor());
  co_await handshake();
}

Task<void> Socket::connect_tls(const TlsContext& context, std::string name) {
  check(!tls_, "TLS is started once");
  tls_ = context.open_client(descriptor(), name);
  co_await handshake();
}

Task<void> Socket::finish_connect() {
  co_await wait(For::Writing);
  int failed = 0;
  socklen_t size = sizeof failed;
  if (::getsockopt(descriptor(), SOL_SOCKET, SO_ERROR, &failed, &size) != 0) failed = errno;
  if (failed != 0) {
    errno = failed;
    throw_reset();
  }
}

Endpoint Socket::peer() const { return endpoint_of(const_cast<Socket*>(this)->descriptor(), ::getpeername); }
Endpoint Socket::local() const { return endpoint_of(const_cast<Socket*>(this)->descriptor(), ::getsockname); }

void Socket::move_to(io::Loop& loop) {
  deadline_ = kNever;
  timer_.cancel();
  timer_.move_to(loop);
  const int taken = descriptor_.release();
  descriptor_ = asio::posix::stream_descriptor(static_cast<Loop&>(loop).context(), taken);
}

}  // namespace postroad::io::real
