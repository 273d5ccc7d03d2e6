#include "feed/link.h"

#include <utility>

#include "feed/frame.h"

namespace postroad::feed {

using io::Ended;
using io::Task;

Link::Link(io::Loop& loop, std::unique_ptr<io::Stream> stream, LinkOptions options)
    : loop_(loop), stream_(std::move(stream)), options_(options), writing_(loop), closed_(loop) {
  extend();
}

void Link::extend() { stream_->set_deadline(loop_.clock().steady() + options_.silence); }

Task<Message> Link::read() {
  while (true) {
    std::string head(kFrameHead, '\0');
    co_await fill(head);
    const auto length = frame_length(head);
    if (!length) throw Ended(Ended::Why::Reset, "from the feed's other end: " + length.error().text);
    std::string content(*length, '\0');
    co_await fill(content);

    auto message = decode_message(content);
    if (!message) throw Ended(Ended::Why::Reset, "from the feed's other end: " + message.error().text);
    extend();
    if (std::holds_alternative<Ping>(*message)) {
      co_await write(Pong{});
    } else if (!std::holds_alternative<Pong>(*message) && !std::holds_alternative<UnknownMessage>(*message)) {
      co_return std::move(*message);
    }
  }
}

// All of `into`, which must outlive the task.
Task<void> Link::fill(std::span<char> into) {
  while (!into.empty()) {
    const auto count = co_await stream_->read(into);
    if (count == 0) throw Ended(Ended::Why::Closed, "the feed's other end hung up");
    into = into.subspan(count);
  }
}

Task<void> Link::write(Message message) { co_await write_encoded(encode(message)); }

Task<void> Link::write_encoded(std::string content) {
  const auto bytes = frame(content);
  content = {};
  const auto guard = co_await writing_.lock();
  co_await stream_->write(bytes);
}

Task<void> Link::keep_alive() {
  while (!is_closed_) {
    const bool closed = co_await closed_.wait(loop_.clock().steady() + options_.ping_every);
    if (!closed) co_await write(Ping{});
  }
}

void Link::close() {
  if (std::exchange(is_closed_, true)) return;
  stream_->interrupt();
  closed_.ring();
}

}  // namespace postroad::feed
