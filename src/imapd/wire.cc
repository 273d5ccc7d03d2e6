#include "imapd/wire.h"

#include <algorithm>
#include <utility>

namespace postroad::imapd {
namespace {
constexpr std::size_t kOutBytes = 32UL << 10;
}

Wire::Wire(io::Loop& loop, std::unique_ptr<io::Stream> stream, std::chrono::seconds patience)
    : loop_(&loop), stream_(std::move(stream)), reader_(*stream_), patience_(patience) {}

io::Task<void> Wire::flush() {
  if (out_.empty()) co_return;
  // Taken out, so that what is written stays where it is whatever is appended meanwhile, and nothing is held after.
  co_await write(std::exchange(out_, {}));
}

io::Task<void> Wire::send(std::string bytes) {
  co_await flush();
  co_await write(std::move(bytes));
}

io::Task<void> Wire::write(std::string bytes) {
  ++sends_;
  stream_->set_deadline(after(patience_));
  co_await stream_->write(bytes);
}

bool Wire::is_full() const { return out_.size() >= kOutBytes; }

io::Task<void> Wire::relieve() {
  if (is_full()) co_await flush();
}

io::Task<void> Wire::wait(io::Tick deadline) {
  reader_.consume(std::exchange(given_, 0));
  if (!reader_.buffered().empty()) co_return;
  co_await flush();
  stream_->set_deadline(deadline);
  co_await reader_.idle();
}

io::Task<std::optional<std::string_view>> Wire::line(std::size_t most, io::Tick deadline) {
  if (!has_line()) co_await flush();
  reader_.consume(std::exchange(given_, 0));
  stream_->set_deadline(deadline);
  co_return co_await reader_.line(most);
}

io::Task<std::string_view> Wire::piece(std::uint64_t most, io::Tick deadline) {
  reader_.consume(std::exchange(given_, 0));
  if (reader_.buffered().empty()) co_await flush();
  stream_->set_deadline(std::min(after(patience_), deadline));
  const auto got = (co_await reader_.some()).substr(0, most);
  given_ = got.size();
  co_return got;
}

io::Task<void> Wire::drop(std::uint64_t count, io::Tick deadline) {
  while (count > 0) count -= (co_await piece(count, deadline)).size();
}

io::Task<void> Wire::accept_tls(const io::TlsContext& context, io::Tick deadline) {
  given_ = 0;
  reader_.forget();
  stream_->set_deadline(deadline);
  co_await stream_->accept_tls(context);
}

io::Task<void> Wire::shutdown() {
  stream_->set_deadline(after(patience_));
  co_await stream_->shutdown();
}

void Wire::move_to(io::Loop& loop) {
  stream_->move_to(loop);
  loop_ = &loop;
}

}  // namespace postroad::imapd
