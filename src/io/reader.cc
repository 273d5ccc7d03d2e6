#include "io/reader.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace postroad::io {
namespace {
constexpr std::size_t kFirstBytes = 4096;
constexpr std::size_t kMostRoomBytes = 64UL << 10;
}  // namespace

void Reader::release() {
  buffer_.reset();
  capacity_ = start_ = end_ = 0;
}

void Reader::consume(std::size_t count) {
  check(count <= end_ - start_, "only what is buffered is consumed");
  start_ += count;
  if (start_ == end_) start_ = end_ = 0;
}

Task<void> Reader::more() {
  const auto held = end_ - start_;
  if (start_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + start_, held);
    start_ = 0;
    end_ = held;
  }
  // The room doubles with what comes, so that a chatty session stays small and a long message is read in long pieces.
  if (const auto room = capacity_ - end_; room < std::min(std::max(capacity_ / 2, kFirstBytes), kMostRoomBytes)) {
    const auto grown = capacity_ == 0 ? kFirstBytes : capacity_ + std::min(std::max(capacity_, kFirstBytes), kMostRoomBytes);
    auto larger = std::make_unique_for_overwrite<char[]>(grown);
    if (end_ > 0) std::memcpy(larger.get(), buffer_.get(), end_);
    buffer_ = std::move(larger);
    capacity_ = grown;
  }
  const auto count = co_await stream_->read({buffer_.get() + end_, capacity_ - end_});
  if (count == 0) throw Ended(Ended::Why::Closed, "the peer closed the connection");
  end_ += count;
}

Task<std::string_view> Reader::some() {
  if (start_ == end_) co_await more();
  co_return buffered();
}

Task<std::optional<std::string_view>> Reader::line(std::size_t most) {
  std::size_t looked = 0;
  bool too_long = false;
  for (;;) {
    const auto text = buffered();
    const auto at = text.find('\n', looked);
    if (at != text.npos) {
      const auto found = text.substr(0, at + 1);
      // Consumed, but the bytes stay where they are until the next call.
      start_ += found.size();
      if (too_long || found.size() > most) co_return std::nullopt;
      co_return found;
    }
    looked = text.size();
    if (looked > most) {
      too_long = true;
      consume(looked);
      looked = 0;
    }
    co_await more();
  }
}

Task<void> Reader::exactly(std::size_t count, std::string& into) {
  while (count > 0) {
    const auto text = (co_await some()).substr(0, count);
    into.append(text);
    count -= text.size();
    consume(text.size());
  }
}

Task<void> Reader::drop(std::uint64_t count) {
  while (count > 0) {
    const auto size = std::min<std::uint64_t>((co_await some()).size(), count);
    count -= size;
    consume(size);
  }
}

Task<void> Reader::idle() {
  if (start_ != end_) co_return;
  release();
  co_await stream_->wait_readable();
}

}  // namespace postroad::io
