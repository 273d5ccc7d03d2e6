#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "io/loop.h"

namespace postroad::io {

// Thrown by a stream when it can't go on; caught once, at the top of a session.
class Ended : public std::runtime_error {
 public:
  enum class Why { Closed, Reset, TimedOut, Tls, Shutdown };
  Ended(Why why, const std::string& text) : std::runtime_error(text), why_(why) {}
  Why why() const { return why_; }

 private:
  Why why_;
};

struct Endpoint {
  std::string address;  // IPv4 or IPv6 in text form, without brackets
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
  std::string text() const;  // 127.0.0.1:25, [::1]:25
};

class TlsSession;

// Who we are to a TLS peer, and whom we trust. The real one is tls::Context; in simulation there is only a name.
class TlsContext {
 public:
  virtual ~TlsContext() = default;
  // A session on a connected, non-blocking descriptor, which it does not own. `peer_name`: what a client expects in
  // the server's certificate. Null where the context makes none (in simulation).
  virtual std::unique_ptr<TlsSession> open_server(int descriptor) const = 0;
  virtual std::unique_ptr<TlsSession> open_client(int descriptor, const std::string& peer_name) const = 0;
};

// A connection. Belongs to one loop; at most one read and one write wait at a time. Destroying it closes it hard.
class Stream {
 public:
  virtual ~Stream() = default;

  // At least one byte; 0 at the peer's orderly end. Throws Ended.
  virtual Task<std::size_t> read(std::span<char> into) = 0;
  // Waits until read() would not wait, holding no buffer meanwhile. Throws Ended.
  virtual Task<void> wait_readable() = 0;
  // All of it. `bytes` must stay valid until then. Throws Ended.
  virtual Task<void> write(std::string_view bytes) = 0;
  // Tells the peer that no more comes (TLS: close_notify). Does not throw.
  virtual Task<void> shutdown() = 0;

  // From now on any wait ends at `at` with Ended(TimedOut). kNever: no deadline. One a connection. After a time-out a
  // later deadline lets the stream go on, for a goodbye.
  virtual void set_deadline(Tick at) = 0;
  // Ends whatever waits, now and later, with Ended(Shutdown): for draining.
  virtual void interrupt() = 0;

  // The server's side of a TLS handshake (of STARTTLS, or right after accept). Throws Ended.
  // The caller has made sure that nothing that came before is left unread.
  virtual Task<void> accept_tls(const TlsContext& context) = 0;
  // The client's side; `name` is what the peer's certificate must hold.
  virtual Task<void> connect_tls(const TlsContext& context, std::string name) = 0;
  virtual bool is_secure() const = 0;
  virtual std::string tls_text() const = 0;         // "TLSv1.3 TLS_AES_256_GCM_SHA384", empty where not secure
  virtual std::string tls_peer() const = 0;         // the common name of the peer's verified certificate, or empty
  virtual std::string channel_binding() const = 0;  // tls-exporter, rfc9266; empty where there is none

  virtual Endpoint peer() const = 0;
  virtual Endpoint local() const = 0;

  // Takes the stream to another loop; nothing may wait on it. The caller then enters that loop, and sets the deadline
  // anew there.
  virtual void move_to(Loop& loop) = 0;
};

// A listening socket.
class Listener {
 public:
  virtual ~Listener() = default;
  // The next connection, on the listener's loop. Throws Ended(Shutdown) once closed. Running out of descriptors
  // is waited out, not thrown.
  virtual Task<std::unique_ptr<Stream>> accept() = 0;
  virtual Endpoint local() const = 0;
  virtual void close() = 0;  // wakes accept()
};

// The way to other hosts.
class Network {
 public:
  virtual ~Network() = default;
  // On `loop`. Throws Ended. An address, no host name.
  virtual Task<std::unique_ptr<Stream>> connect(Loop& loop, Endpoint to, Tick until) = 0;
  // Port 0: any. Throws Ended where the address is taken.
  virtual std::unique_ptr<Listener> listen(Loop& loop, Endpoint at) = 0;
};

}  // namespace postroad::io
