#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "log/log.h"
#include "metrics/metrics.h"
#include "store/rocksdb/database.h"

namespace postroad::store::rocksdb {

// Gives back the room of deleted bodies. A body lies in a blob file, and stays there when it is deleted, until what lives in
// that file is written anew. RocksDB would do so whenever it compacts keys, whether anything in the file is dead or not,
// which costs several times the writing of the mail itself, the more the larger the store is. So it is done here, and only
// where enough is dead to be worth it. On a thread of its own.
class Collector {
 public:
  // All must outlive it.
  Collector(Database& database, const Options& options, log::Log& log, metrics::Registry& metrics);
  ~Collector();  // breaks off what is under way; nothing is lost by that

  // Looks, and collects where it is worth it. True: something was collected. Not from two threads at once.
  bool collect();

 private:
  void run();
  double cutoff(std::uint64_t live_bytes) const;

  Database& database_;
  const Options options_;
  log::Log& log_;
  metrics::Counter& collections_;
  metrics::Gauge& body_bytes_;
  metrics::Gauge& dead_bytes_;

  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopping_ = false;
  std::atomic<bool> is_canceled_ = false;
  std::thread thread_;
};

}  // namespace postroad::store::rocksdb
