#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <coroutine>

#include "io/real/machine.h"
#include "io/stream.h"
#include "io/tls_session.h"

namespace postroad::io::real {

// A connected socket, plain or under TLS.
class Socket : public Stream {
 public:
  // Takes the descriptor, which is non-blocking.
  Socket(Loop& loop, int descriptor);

  Task<std::size_t> read(std::span<char> into) override;
  Task<void> wait_readable() override;
  Task<void> write(std::string_view bytes) override;
  Task<void> shutdown() override;
  void set_deadline(Tick at) override;
  void interrupt() override;
  Task<void> accept_tls(const TlsContext& context) override;
  Task<void> connect_tls(const TlsContext& context, std::string name) override;
  bool is_secure() const override { return tls_ != nullptr; }
  std::string tls_text() const override { return tls_ ? tls_->text() : std::string(); }
  std::string tls_peer() const override { return tls_ ? tls_->peer() : std::string(); }
  std::string channel_binding() const override { return tls_ ? tls_->channel_binding() : std::string(); }
  Endpoint peer() const override;
  Endpoint local() const override;
  void move_to(io::Loop& loop) override;

  // Waits until a non-blocking connect has ended. Throws where it failed.
  Task<void> finish_connect();

 private:
  enum class For { Reading, Writing };
  // Resumes when the descriptor is ready. Throws Ended at the deadline and when interrupted.
  Task<void> wait(For what);
  Task<void> handshake();
  Task<void> until(TlsSession::Step step);
  bool is_others_turn();
  void on_deadline();
  void check_open() const;
  int descriptor() { return descriptor_.native_handle(); }

  boost::asio::posix::stream_descriptor descriptor_;
  Timer timer_;
  Tick deadline_ = kNever;
  bool is_interrupted_ = false;
  bool is_overdue_ = false;
  unsigned turns_ = 0;  // reads and writes since it last waited
  std::unique_ptr<TlsSession> tls_;
};

}  // namespace postroad::io::real
