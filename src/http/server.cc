#include "http/server.h"

#include <algorithm>

#include "base/check.h"
#include "base/network.h"
#include "base/text.h"

namespace postroad::http {

using io::Task;

Server::Server(io::Loop& loop, std::unique_ptr<io::Listener> listener, const io::TlsContext* tls, Handler handler, ServerOptions options)
    : loop_(loop), listener_(std::move(listener)), tls_(tls), handler_(std::move(handler)), options_(options) {}

void Server::start() { loop_.spawn(accept(), "http.accept"); }

void Server::stop() {
  is_stopping_ = true;
  listener_->close();
  for (auto* const stream : std::vector(open_)) stream->interrupt();
}

Task<void> Server::accept() {
  try {
    for (;;) loop_.spawn(converse(co_await listener_->accept()), "http.session");
  } catch (const io::Ended&) {  // closed
  }
}

Task<void> Server::converse(std::unique_ptr<io::Stream> stream) {
  struct Entry {
    std::vector<io::Stream*>& open;
    io::Stream* stream;
    ~Entry() { std::erase(open, stream); }
  };
  open_.push_back(stream.get());
  const auto place = networks_.take(network_of(stream->peer().address), options_.connections_per_network_most);
  const Entry entry{open_, stream.get()};
  try {
    stream->set_deadline(loop_.clock().steady() + options_.request_timeout);
    if (tls_ != nullptr) co_await stream->accept_tls(*tls_);
    if (open_.size() > options_.connections_most || !place) {
      co_await stream->write(to_wire(refusal(503), false, false, http_date(loop_.clock().now())));
    } else {
      io::Reader reader(*stream);
      auto next = Next::Request;
      while (!is_stopping_ && next == Next::Request) next = co_await exchange(*stream, reader);
      co_await stream->shutdown();
      if (next == Next::Refused) co_await drain(*stream);
      co_return;
    }
    co_await stream->shutdown();
  } catch (const io::Ended&) {  // the peer is gone, silent, or we are stopping
  }
}

namespace {

// What one request has of the budget, given back at its end.
class Charge {
 public:
  explicit Charge(std::size_t& held) : held_(held) {}
  ~Charge() { held_ -= charged_; }
  Charge(const Charge&) = delete;
  Charge& operator=(const Charge&) = delete;
  // False where there is not so much left.
  bool add(std::size_t bytes, std::size_t most) {
    received_ += bytes;
    const auto wanted = received_ > kFreeBytes ? received_ - kFreeBytes : 0;
    if (held_ - charged_ + wanted > most) return false;
    held_ += wanted - charged_;
    charged_ = wanted;
    return true;
  }

 private:
  std::size_t& held_;
  std::size_t received_ = 0;
  std::size_t charged_ = 0;
};

}  // namespace

Task<Server::Next> Server::refuse(io::Stream& stream, Response response) {
  co_await stream.write(to_wire(response, false, false, http_date(loop_.clock().now())));
  co_return Next::Refused;
}

Task<Server::Next> Server::refuse_over_budget(io::Stream& stream) {
  if (options_.on_over_budget) options_.on_over_budget(stream.peer().address);
  auto response = refusal(503);
  response.fields.push_back({"Retry-After", "5"});
  return refuse(stream, std::move(response));
}

// What is closed with bytes unread is reset, and the peer may never see why: so its rest is read for a while, and thrown away.
// rfc9112 9.6
Task<void> Server::drain(io::Stream& stream) {
  constexpr std::size_t kMost = 2UL << 20;
  stream.set_deadline(loop_.clock().steady() + std::chrono::seconds(2));
  char bytes[4096];
  for (std::size_t read = 0, count = 0; read < kMost && (count = co_await stream.read(bytes)) > 0;) read += count;
}

// One request and its response.
Task<Server::Next> Server::exchange(io::Stream& stream, io::Reader& reader) {
  stream.set_deadline(loop_.clock().steady() + options_.idle_timeout);
  co_await reader.idle();
  stream.set_deadline(loop_.clock().steady() + options_.request_timeout);
  Parser<Request> parser(options_.limits);
  bool has_continued = false;
  Charge charge(held_bytes_);
  while (!parser.is_done()) {
    const auto bytes = co_await reader.some();
    const auto taken = parser.feed(bytes);
    if (!taken) {
      const auto status = parse_number(taken.error().code).value_or(400);
      co_return co_await refuse(stream, refusal(static_cast<unsigned>(status)));
    }
    if (*taken == 0 && !parser.is_done()) {
      if (bytes.size() > options_.limits.header_bytes) co_return Next::Close;
      co_await reader.more();  // the parser wants to see more at once
      continue;
    }
    const auto has_room = charge.add(*taken, options_.request_bytes_most);
    reader.consume(*taken);
    if (!has_room) co_return co_await refuse_over_budget(stream);
    if (parser.expects_continue() && !has_continued) {
      has_continued = true;
      co_await stream.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
  }
  const bool keep_alive = parser.keeps_alive() && !is_stopping_;
  auto request = parser.take();
  request.peer = stream.peer().address;
  const bool is_head = request.method == "HEAD";
  stream.set_deadline(io::kNever);
  const auto response = co_await handler_(std::move(request));
  stream.set_deadline(loop_.clock().steady() + options_.request_timeout);
  co_await stream.write(to_wire(response, keep_alive, is_head, http_date(loop_.clock().now())));
  co_return keep_alive ? Next::Request : Next::Close;
}

}  // namespace postroad::http
