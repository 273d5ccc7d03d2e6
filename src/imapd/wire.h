#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/reader.h"
#include "io/stream.h"

namespace postroad::imapd {

// A session's stream with its two buffers. Responses are gathered and sent together: when enough wait, and always
// before anything waits for the client, so that pipelined commands are answered in few segments and nobody waits for
// a response that lies here. Both buffers are given back while the session waits for a command.
//
// Throws io::Ended where the stream does.
class Wire {
 public:
  // `patience`: how long one wait for the peer may last, but waiting for a command.
  Wire(io::Loop& loop, std::unique_ptr<io::Stream> stream, std::chrono::seconds patience);

  io::Stream& stream() { return *stream_; }
  const io::Stream& stream() const { return *stream_; }

  // Responses are appended here.
  std::string& out() { return out_; }
  io::Task<void> flush();
  // Sends what waits, then `bytes`: for long ones, which are not copied.
  io::Task<void> send(std::string bytes);
  // How often anything was sent.
  std::uint64_t sends() const { return sends_; }
  // Whether much waits to be sent. Looked at between responses, and between the pieces of a long one.
  bool is_full() const;
  io::Task<void> relieve();  // flushes where it is

  // Whether the client has sent a whole line already.
  bool has_line() const { return reader_.buffered().substr(given_).contains('\n'); }
  // Until the client sends something, at most until `deadline`. Holds no buffer meanwhile.
  io::Task<void> wait(io::Tick deadline);
  // A line with its line end, at most until `deadline`; nothing where it is longer than `most`.
  io::Task<std::optional<std::string_view>> line(std::size_t most, io::Tick deadline);
  // The next bytes of a literal, at least one and at most `most`; at most until `deadline`, which is the whole
  // literal's, and not longer than the client may be silent. Valid until the next call.
  io::Task<std::string_view> piece(std::uint64_t most, io::Tick deadline);
  io::Task<void> drop(std::uint64_t count, io::Tick deadline);

  // What came in clear before TLS is forgotten.  rfc3501 6.2.1
  io::Task<void> accept_tls(const io::TlsContext& context, io::Tick deadline);
  io::Task<void> shutdown();
  // The caller enters the loop then.
  void move_to(io::Loop& loop);

  io::Tick after(std::chrono::microseconds time) const { return loop_->clock().steady() + time; }

 private:
  io::Task<void> write(std::string bytes);
  io::Loop* loop_;
  std::unique_ptr<io::Stream> stream_;
  io::Reader reader_;
  std::chrono::seconds patience_;
  std::string out_;
  std::uint64_t sends_ = 0;
  std::size_t given_ = 0;  // of the reader's buffer, to be consumed by the next call
};

}  // namespace postroad::imapd
