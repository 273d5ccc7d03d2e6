#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/tally.h"
#include "http/wire.h"
#include "io/reader.h"
#include "io/stream.h"

namespace postroad::http {

inline constexpr std::size_t kFreeBytes = 16UL << 10;  // of each request

struct ServerOptions {
  Limits limits;
  std::chrono::seconds idle_timeout{60};     // between requests
  std::chrono::seconds request_timeout{30};  // from a request's first byte to its last
  std::size_t connections_most = 1000;       // past it: 503 and close
  std::size_t connections_per_network_most = 1000;  // of one network (an IPv4 address, an IPv6 /64): likewise
  // Of all requests that are being received or answered, what each has over kFreeBytes; past it: 503, Retry-After and close. So
  // small requests go on however many large ones are sent.
  std::size_t request_bytes_most = SIZE_MAX;
  std::function<void(const std::string& peer)> on_over_budget = {};
};

// HTTP/1.1 with keep-alive and pipelining on a listener. TLS, where it is wanted, is the caller's: `tls` null: plain.
class Server {
 public:
  // All must outlive the loop's tasks.
  Server(io::Loop& loop, std::unique_ptr<io::Listener> listener, const io::TlsContext* tls, Handler handler, ServerOptions options = {});

  void start();  // spawns the acceptor
  void stop();   // no new connections; those that idle end
  io::Endpoint local() const { return listener_->local(); }

 private:
  io::Task<void> accept();
  io::Task<void> converse(std::unique_ptr<io::Stream> stream);
  // After a refusal a request's rest may be on its way.
  enum class Next { Request, Close, Refused };
  io::Task<Next> exchange(io::Stream& stream, io::Reader& reader);
  io::Task<Next> refuse(io::Stream& stream, Response response);
  io::Task<Next> refuse_over_budget(io::Stream& stream);
  io::Task<void> drain(io::Stream& stream);

  io::Loop& loop_;
  std::unique_ptr<io::Listener> listener_;
  const io::TlsContext* tls_;
  Handler handler_;
  ServerOptions options_;
  std::vector<io::Stream*> open_;
  std::size_t held_bytes_ = 0;  // of the budget
  Tally networks_;
  bool is_stopping_ = false;
};

// "Sun, 06 Nov 1994 08:49:37 GMT".  rfc9110 5.6.7
std::string http_date(Time at);

}  // namespace postroad::http
