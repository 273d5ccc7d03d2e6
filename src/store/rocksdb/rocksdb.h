#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "io/pool.h"
#include "log/log.h"
#include "metrics/metrics.h"
#include "store/engine.h"

// The engine of one machine: RocksDB in a folder. docs/store.md has its keys and formats.
namespace postroad::store::rocksdb {

struct Options {
  std::size_t block_cache_bytes = 64UL << 20;       // uncompressed rows and indexes
  std::size_t row_buffer_bytes = 16UL << 20;        // of rows not yet in files; two of them at most
  std::size_t body_buffer_bytes = 32UL << 20;       // of bodies, likewise
  std::size_t commit_queue_batches = 4096;          // waiting commits; beyond: Unavailable
  std::size_t commit_queue_bytes = 64UL << 20;
  // Of the disk. Below, what brings bodies is Unavailable; below a quarter of it, what puts rows, too. Deletes and reads
  // go on.
  std::size_t free_bytes_least = 256UL << 20;
  int background_threads = 3;                       // of flushes and compactions: one more than these need, for collecting
  // Deleted bodies keep their room until there is so much of it, and it is such a part of all; then it is collected.
  std::uint64_t dead_bytes_least = 256UL << 20;
  double dead_share_least = 0.3;
  std::chrono::seconds collect_every{600};
};

// Opens the store in the folder `path`, or makes one. Refused where it is of a newer format or in use by another
// process; Broken where it is damaged (it is never repaired by guessing). A write or sync that fails later stops the
// process: what is on the disk is then unknown, and only opening anew tells.
//
// `reads` runs what is not in memory. All of these, and the loops, must outlive the store. Destroying it waits for the
// commits under way and writes nothing else.
Result<std::unique_ptr<Store>> open(const std::string& path, Options options, io::Pool& reads, log::Log& log,
                                    metrics::Registry& metrics);

}  // namespace postroad::store::rocksdb
