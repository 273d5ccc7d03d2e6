#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "io/simulated_connection.h"

namespace postroad::io::simulated {
namespace {

constexpr std::size_t kMostSegmentBytes = 16UL << 10;
// What a TLS handshake looks like to one who expects text.
constexpr std::string_view kHelloBytes = "\x16\x03\x01\x02";

class Stream : public io::Stream {
 public:
  Stream(std::shared_ptr<Connection> connection, int side, io::Loop& loop) : connection_(std::move(connection)), side_(side) {
    end().loop = &loop;
    end().timer = std::make_unique<Timer>(loop);
  }
  ~Stream() override { connection_->leave(side_); }

  Task<std::size_t> read(std::span<char> into) override;
  Task<void> wait_readable() override;
  Task<void> write(std::string_view bytes) override;
  Task<void> shutdown() override;
  void set_deadline(Tick at) override;
  void interrupt() override;
  Task<void> accept_tls(const io::TlsContext& context) override;
  Task<void> connect_tls(const io::TlsContext& context, std::string name) override;
  bool is_secure() const override { return end().is_secure; }
  std::string tls_text() const override { return is_secure() ? "TLSv1.3 SIMULATED" : ""; }
  std::string tls_peer() const override { return end().tls_peer; }
  std::string channel_binding() const override;
  Endpoint peer() const override { return end().peer; }
  Endpoint local() const override { return end().local; }
  void move_to(io::Loop& loop) override;

  const std::shared_ptr<Connection>& connection() const { return connection_; }
  int side() const { return side_; }

 private:
  End& end() { return connection_->ends[side_]; }
  const End& end() const { return connection_->ends[side_]; }
  End& other() { return connection_->ends[1 - side_]; }

  // Suspends until woken, which may be for nothing: the caller looks again.
  struct Wait {
    End& end;
    std::coroutine_handle<> End::* who;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> caller) const {
      check(!(end.*who), "one read and one write wait at a time");
      end.*who = caller;
    }
    void await_resume() const {}
    // The frame may be destroyed while it waits.
    ~Wait() { end.*who = nullptr; }
  };
  void throw_if_over() const;
  void throw_if_late() const;
  std::size_t room() const;
  Task<Segment> read_hello();
  void took(std::size_t count);

  std::shared_ptr<Connection> connection_;
  int side_;
};

void Stream::throw_if_over() const {
  if (end().is_interrupted) throw Ended(Ended::Why::Shutdown, "the connection is being shut down");
  if (end().is_reset) throw Ended(Ended::Why::Reset, "the connection was reset");
}

void Stream::throw_if_late() const {
  if (connection_->world.now() >= end().deadline) throw Ended(Ended::Why::TimedOut, "the connection timed out");
}

Task<void> Stream::wait_readable() {
  throw_if_over();
  while (end().arrived.empty()) {
    throw_if_late();
    co_await Wait{end(), &End::reader};
    throw_if_over();
  }
}

Task<std::size_t> Stream::read(std::span<char> into) {
  check(!into.empty(), "a read has room");
  co_await wait_readable();
  Segment& first = end().arrived.front();
  if (first.kind == Segment::Kind::End) co_return 0;
  const auto source = first.kind == Segment::Kind::Hello ? kHelloBytes : std::string_view(first.bytes);
  const auto count = std::min(into.size(), source.size() - end().taken);
  std::memcpy(into.data(), source.data() + end().taken, count);
  took(count);
  co_return count;
}

// The peer may send as much more as was read.
void Stream::took(std::size_t count) {
  Segment& first = end().arrived.front();
  const bool is_hello = first.kind == Segment::Kind::Hello;
  end().taken += count;
  if (end().taken == (is_hello ? kHelloBytes.size() : first.bytes.size())) {
    end().arrived.pop_front();
    end().taken = 0;
  }
  if (is_hello) return;
  other().outstanding_bytes -= count;
  if (!other().is_gone) connection_->wake_writer(1 - side_);
}

std::size_t Stream::room() const {
  const auto window = connection_->links[side_]->window_bytes;
  return window > end().outstanding_bytes ? window - end().outstanding_bytes : 0;
}

Task<void> Stream::write(std::string_view bytes) {
  check(!end().has_ended, "nothing is written after shutdown()");
  while (!bytes.empty()) {
    throw_if_over();
    auto count = std::min({bytes.size(), room(), kMostSegmentBytes});
    if (count == 0) {
      throw_if_late();
      co_await Wait{end(), &End::writer};
      continue;
    }
    auto& random = connection_->world.random();
    if (connection_->links[side_]->splits && random.once_in(2)) count = 1 + random.below(count);
    connection_->send(side_, Segment{Segment::Kind::Bytes, std::string(bytes.substr(0, count)), {}});
    bytes.remove_prefix(count);
  }
  throw_if_over();
}

Task<void> Stream::shutdown() {
  if (!end().has_ended && !end().is_reset) {
    end().has_ended = true;
    connection_->send(side_, Segment{Segment::Kind::End, {}, {}});
  }
  co_return;
}

void Stream::set_deadline(Tick at) {
  end().deadline = at;
  end().timer->set(at, [this] {
    connection_->wake_reader(side_);
    connection_->wake_writer(side_);
  });
}

void Stream::interrupt() {
  end().is_interrupted = true;
  connection_->wake_reader(side_);
  connection_->wake_writer(side_);
}

Task<Segment> Stream::read_hello() {
  co_await wait_readable();
  if (end().arrived.front().kind != Segment::Kind::Hello)
    throw Ended(Ended::Why::Tls, "the peer spoke something else than TLS");
  Segment first = std::move(end().arrived.front());
  end().arrived.pop_front();
  if (first.is_refusal) throw Ended(Ended::Why::Tls, "the peer broke off the handshake");
  co_return first;
}

Task<void> Stream::accept_tls(const io::TlsContext& context) {
  const auto& own = dynamic_cast<const TlsContext&>(context);
  const auto hello = co_await read_hello();
  const bool is_known = own.names.empty() || std::ranges::find(own.names, hello.wanted) != own.names.end();
  connection_->send(side_, Segment{Segment::Kind::Hello, own.common_name, {}, !is_known});
  if (!is_known) throw Ended(Ended::Why::Tls, "the peer wants another name than the certificate's");
  end().is_secure = true;
  end().tls_peer = hello.bytes;
}

Task<void> Stream::connect_tls(const io::TlsContext& context, std::string name) {
  const auto& own = dynamic_cast<const TlsContext&>(context);
  connection_->send(side_, Segment{Segment::Kind::Hello, own.common_name, std::move(name)});
  const auto hello = co_await read_hello();
  end().is_secure = true;
  end().tls_peer = hello.bytes;
}

// Both ends must have the same, and no two connections.
std::string Stream::channel_binding() const {
  if (!is_secure()) return {};
  auto made = "simulated binding " + std::to_string(connection_->number);
  made.resize(32, '.');
  return made;
}

void Stream::move_to(io::Loop& loop) {
  check(!end().reader && !end().writer, "nothing waits on a stream that moves");
  end().loop = &loop;
  end().timer = std::make_unique<Timer>(loop);
  set_deadline(end().deadline);
}

}  // namespace

Watch::Watch(const io::Stream& stream)
    : connection_(dynamic_cast<const Stream&>(stream).connection()), side_(dynamic_cast<const Stream&>(stream).side()) {}

// Where both streams are destroyed the connection itself may be gone.
bool Watch::is_peer_gone() const {
  const auto connection = connection_.lock();
  return !connection || connection->ends[1 - side_].is_gone;
}

std::unique_ptr<io::Stream> make_stream(std::shared_ptr<Connection> connection, int side, io::Loop& loop) {
  return std::make_unique<Stream>(std::move(connection), side, loop);
}

}  // namespace postroad::io::simulated
