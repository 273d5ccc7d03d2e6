#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "feed/message.h"
#include "io/event.h"
#include "io/stream.h"

namespace postroad::feed {

struct LinkOptions {
  std::chrono::milliseconds ping_every{15'000};
  std::chrono::milliseconds silence{60'000};  // nothing came for so long: the link is dead
};

// Messages over a stream: one reader, any number of writers. Belongs to the stream's loop. Throws io::Ended where the
// stream ends, also where the peer sends what is no message (Why::Reset).
class Link {
 public:
  Link(io::Loop& loop, std::unique_ptr<io::Stream> stream, LinkOptions options);

  // The next message; pings are answered inside, words of a newer version skipped.
  io::Task<Message> read();
  // In the order of asking.
  io::Task<void> write(Message message);
  io::Task<void> write_encoded(std::string content);  // what encode() made
  // Pings until close(). Throws where the stream ends.
  io::Task<void> keep_alive();

  // Ends reads and writes, now and later. Any number of times.
  void close();
  bool is_closed() const { return is_closed_; }

 private:
  void extend();
  io::Task<void> fill(std::span<char> into);
  io::Loop& loop_;
  std::unique_ptr<io::Stream> stream_;
  LinkOptions options_;
  io::Mutex writing_;
  io::Bell closed_;
  bool is_closed_ = false;
};

}  // namespace postroad::feed
