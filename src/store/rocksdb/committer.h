#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <variant>

#include "io/event.h"
#include "metrics/metrics.h"
#include "store/rocksdb/group.h"

namespace postroad::store::rocksdb {

struct CommitWrite {
  Partition partition;
  Batch batch;
};
struct PieceWrite {
  std::string id;
  std::uint32_t piece = 0;
  std::string bytes;
};
struct BodyDelete {
  std::string id;
  std::uint32_t pieces = 0;
};
struct Drop {
  Partition partition;
};
using Write = std::variant<CommitWrite, PieceWrite, BodyDelete, Drop>;

// The one thread that writes: it takes what waits, as one group, checks each commit, writes and syncs them together,
// and then answers each on its loop. While it syncs, the next group gathers.
//
// A write or a sync that fails stops the process: what reached the disk is unknown, and may be read by nobody.
class Committer {
 public:
  // All must outlive it.
  Committer(Database& database, const Options& options, log::Log& log, metrics::Registry& metrics);
  ~Committer();  // once all that waits is written

  // From any thread. Unavailable, at once, where too much waits or the disk has too little room left.
  io::Promised<Committed> submit(io::Loop& home, Write write);

 private:
  struct Request {
    Write write;
    std::size_t bytes = 0;
    io::Promised<Committed> answer;
  };
  void run();
  std::deque<Request> take();
  void commit_all(std::deque<Request> requests);
  Committed add(Group& group, const Write& write);
  void write(Group& group);
  void answer(const Request& request, const Committed& committed);

  Database& database_;
  const Options options_;
  log::Log& log_;
  metrics::Counter& groups_;
  metrics::Counter& bytes_;
  metrics::Counter& refused_;
  metrics::Gauge& waiting_;

  std::mutex mutex_;
  std::condition_variable has_work_;
  std::deque<Request> queue_;
  std::size_t queued_bytes_ = 0;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace postroad::store::rocksdb
