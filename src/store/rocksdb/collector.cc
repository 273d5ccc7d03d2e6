#include "store/rocksdb/collector.h"

#include <algorithm>

namespace postroad::store::rocksdb {
namespace {

// Of all blob files, the oldest that are written anew at once: they are the likeliest to have dead bodies.
constexpr double kMostAtOnce = 0.5;

}  // namespace

Collector::Collector(Database& database, const Options& options, log::Log& log, metrics::Registry& metrics)
    : database_(database),
      options_(options),
      log_(log),
      collections_(metrics.counter("postroad_store_collections_total", "Times that the room of deleted bodies was collected")),
      body_bytes_(metrics.gauge("postroad_store_body_bytes", "Bytes of blob files, deleted bodies in them included")),
      dead_bytes_(metrics.gauge("postroad_store_dead_bytes", "Bytes of deleted bodies in blob files")),
      thread_([this] { run(); }) {}

Collector::~Collector() {
  {
    const std::lock_guard held(mutex_);
    is_stopping_ = true;
  }
  is_canceled_ = true;
  stopped_.notify_one();
  thread_.join();
}

void Collector::run() {
  std::unique_lock held(mutex_);
  while (!stopped_.wait_for(held, options_.collect_every, [this] { return is_stopping_; })) {
    held.unlock();
    collect();
    held.lock();
  }
}

// What is written anew needs room until the old files can go.
double Collector::cutoff(std::uint64_t live_bytes) const {
  const auto free = static_cast<double>(database_.free_bytes()) / 2;
  return std::min(kMostAtOnce, free / static_cast<double>(std::max<std::uint64_t>(live_bytes, 1)));
}

bool Collector::collect() {
  using Properties = ::rocksdb::DB::Properties;
  auto& db = database_.db();
  std::uint64_t bytes = 0;
  std::uint64_t dead = 0;
  if (!db.GetIntProperty(database_.bodies(), Properties::kLiveBlobFileSize, &bytes)) return false;
  if (!db.GetIntProperty(database_.bodies(), Properties::kLiveBlobFileGarbageSize, &dead)) return false;
  body_bytes_.set(static_cast<std::int64_t>(bytes));
  dead_bytes_.set(static_cast<std::int64_t>(dead));
  if (dead < options_.dead_bytes_least || static_cast<double>(dead) < options_.dead_share_least * static_cast<double>(bytes))
    return false;

  ::rocksdb::CompactRangeOptions how;
  how.exclusive_manual_compaction = false;  // rows are compacted meanwhile
  how.bottommost_level_compaction = ::rocksdb::BottommostLevelCompaction::kForceOptimized;
  how.blob_garbage_collection_policy = ::rocksdb::BlobGarbageCollectionPolicy::kForce;
  how.blob_garbage_collection_age_cutoff = cutoff(bytes - dead);
  how.canceled = &is_canceled_;
  const auto status = db.CompactRange(how, database_.bodies(), nullptr, nullptr);
  if (status.IsIncomplete() || status.IsShutdownInProgress()) return false;  // broken off
  if (!status.ok()) {
    log_.error("store.collect_failed", {{"text", status.ToString()}});
    return false;
  }
  collections_.add();
  log_.info("store.collected", {{"bytes", bytes}, {"dead", dead}});
  return true;
}

}  // namespace postroad::store::rocksdb
