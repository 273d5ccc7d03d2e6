#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "io/clock.h"
#include "log/log.h"

namespace postroad::log {

struct Options {
  Level least = Level::Info;
  bool hash_addresses = false;  // addresses, Message-IDs and reply texts as 16 hex digits of a keyed BLAKE2b
  std::string hash_key;         // so that one address has one hash in all of an installation's logs
  std::string process;          // `cluster.a`: stands in every line
};

// One event as a line of JSON, with its LF: {"time":"2026-01-31T23:59:59.123456Z","level":"info","process":...,
// "event":...,fields...}.
std::string line_of(const Options& options, Time now, Level level, std::string_view event, std::initializer_list<Field> fields);

// Writes lines to a descriptor from a thread of its own, so that a slow disk never holds up mail. What has been
// written before the destructor is in the file after it. Where the disk can't follow, lines are dropped and counted in
// a line `log.dropped`.
class Writer : public Log {
 public:
  // `clock` must outlive it; the descriptor is not owned.
  Writer(const io::Clock& clock, int descriptor, Options options);
  ~Writer() override;
  void write(Level level, std::string_view event, std::initializer_list<Field> fields) override;

  // From any thread, for a reload.
  void set_least(Level least) { least_.store(least, std::memory_order_relaxed); }
  void set_hash_addresses(bool is_hashed) { hash_addresses_.store(is_hashed, std::memory_order_relaxed); }

 private:
  void run();
  std::string format(Level level, std::string_view event, std::initializer_list<Field> fields) const;
  const io::Clock& clock_;
  const int descriptor_;
  const Options options_;
  std::atomic<Level> least_;
  std::atomic<bool> hash_addresses_;
  std::mutex mutex_;
  std::condition_variable has_lines_;
  std::string waiting_;
  std::uint64_t dropped_ = 0;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace postroad::log
