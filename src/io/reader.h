#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "io/stream.h"

namespace postroad::io {

// Reads lines and literals from a stream with one buffer, which is given back while the connection idles.
// Views that it returns are valid until the next call of any kind.
class Reader {
 public:
  // `stream` must outlive the reader.
  explicit Reader(Stream& stream) : stream_(&stream) {}

  // The next line with its LF (and the CR before it, if there is one); nothing where no LF comes within `most`
  // bytes, which then are consumed up to and with the next LF. At the peer's end throws Ended(Closed).
  Task<std::optional<std::string_view>> line(std::size_t most);

  // What is there, at least one byte, without consuming; reads only when nothing is buffered. Throws at the end.
  Task<std::string_view> some();
  // Reads more behind what is buffered, at least one byte. Throws Ended(Closed) at the end.
  // The caller bounds what it lets pile up.
  Task<void> more();
  std::string_view buffered() const { return {buffer_.get() + start_, end_ - start_}; }
  void consume(std::size_t count);

  // Exactly `count` bytes appended to `into`.
  Task<void> exactly(std::size_t count, std::string& into);
  // Reads and drops `count` bytes.
  Task<void> drop(std::uint64_t count);

  // Gives the buffer back if it is empty, and waits until there is something to read.
  Task<void> idle();
  // Forgets what is buffered: after STARTTLS.  rfc3207 4.2
  void forget() { release(); }

 private:
  void release();
  Stream* stream_;
  std::unique_ptr<char[]> buffer_;  // buffer_[start_, end_) is unread
  std::size_t capacity_ = 0;
  std::size_t start_ = 0;
  std::size_t end_ = 0;
};

}  // namespace postroad::io
