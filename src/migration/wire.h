#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/reader.h"
#include "migration/throttle.h"

namespace postroad::migration {

// A connection to a source: lines and long texts, each with its deadline. The source has `timeout` for each answer and for
// each kProgressBytes of a long one, however it deals them out; time that our own side takes does not count.
class Wire {
 public:
  // `throttle` must outlive it.
  Wire(io::Loop& loop, std::unique_ptr<io::Stream> stream, std::chrono::seconds timeout, Throttle& throttle);

  io::Stream& stream() { return *stream_; }

  // Sends, and expects an answer from now on. Throws Ended.
  io::Task<void> send(std::string bytes);
  // A line with its LF, valid until the next call. Busy, `protocol`, where none comes within `most` bytes. Throws Ended.
  io::Task<Result<std::string_view>> line(std::size_t most);
  io::Task<void> exactly(std::size_t count, std::string& into);
  // What is there, but if it is less than 16 KiB as much more as makes that or `most`; never more than `most` or 64 KiB.
  io::Task<std::string_view> piece(std::uint64_t most);
  void consume(std::size_t count);
  // Whether bytes are there that nobody asked for: before TLS.
  bool has_more() const { return !reader_.buffered().empty(); }
  io::Task<void> start_tls(const io::TlsContext& context, std::string name);

  // What happens between these two is our side's: the source's time stands still.
  void hold();
  void go_on();

  std::uint64_t received() const { return received_; }

 private:
  void arm();
  io::Task<void> fill();
  io::Task<void> pay();

  io::Loop& loop_;
  std::unique_ptr<io::Stream> stream_;
  io::Reader reader_;
  const std::chrono::seconds timeout_;
  Throttle& throttle_;
  io::Tick deadline_{};
  io::Tick held_at_{};
  std::size_t progress_ = 0;   // since the deadline was set
  std::uint64_t received_ = 0;
  std::uint64_t unpaid_ = 0;
};

}  // namespace postroad::migration
