#include "migration/wire.h"

#include <algorithm>

#include "migration/failure.h"
#include "migration/limits.h"

namespace postroad::migration {
namespace {

constexpr std::size_t kPieceLeast = 16UL << 10;
constexpr std::size_t kPieceMost = 64UL << 10;

}  // namespace

Wire::Wire(io::Loop& loop, std::unique_ptr<io::Stream> stream, std::chrono::seconds timeout, Throttle& throttle)
    : loop_(loop), stream_(std::move(stream)), reader_(*stream_), timeout_(timeout), throttle_(throttle) {
  arm();
}

void Wire::arm() {
  progress_ = 0;
  deadline_ = loop_.clock().steady() + timeout_;
  stream_->set_deadline(deadline_);
}

void Wire::hold() { held_at_ = loop_.clock().steady(); }

void Wire::go_on() {
  deadline_ += loop_.clock().steady() - held_at_;
  stream_->set_deadline(deadline_);
}

io::Task<void> Wire::send(std::string bytes) {
  arm();
  co_await stream_->write(bytes);
  arm();
}

io::Task<void> Wire::fill() {
  const auto before = reader_.buffered().size();
  co_await reader_.more();
  const auto got = reader_.buffered().size() - before;
  received_ += got;
  unpaid_ += got;
  progress_ += got;
  if (progress_ >= kProgressBytes) arm();
}

io::Task<void> Wire::pay() {
  if (!throttle_.is_limited() || unpaid_ < kPieceLeast) co_return;
  hold();
  co_await throttle_.spend(loop_, std::exchange(unpaid_, 0));
  go_on();
}

io::Task<Result<std::string_view>> Wire::line(std::size_t most) {
  co_await pay();
  for (std::size_t looked = 0;;) {
    const auto text = reader_.buffered();
    const auto at = text.find('\n', looked);
    if (at < most && at != text.npos) {
      reader_.consume(at + 1);
      co_return text.substr(0, at + 1);
    }
    if (text.size() >= most) co_return wait_for(Reason::Protocol, "the server sends a line without an end");
    looked = text.size();
    co_await fill();
  }
}

io::Task<void> Wire::exactly(std::size_t count, std::string& into) {
  co_await pay();
  while (count > 0) {
    if (reader_.buffered().empty()) co_await fill();
    const auto text = reader_.buffered().substr(0, count);
    into.append(text);
    count -= text.size();
    reader_.consume(text.size());
  }
}

io::Task<std::string_view> Wire::piece(std::uint64_t most) {
  co_await pay();
  while (reader_.buffered().size() < std::min<std::uint64_t>(most, kPieceLeast)) co_await fill();
  co_return reader_.buffered().substr(0, std::min<std::uint64_t>(most, kPieceMost));
}

void Wire::consume(std::size_t count) { reader_.consume(count); }

io::Task<void> Wire::start_tls(const io::TlsContext& context, std::string name) {
  arm();
  reader_.forget();
  co_await stream_->connect_tls(context, std::move(name));
  arm();
}

}  // namespace postroad::migration
