#include "store/rocksdb/tuning.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include <cstdio>

namespace postroad::store::rocksdb {
namespace {

// Takes RocksDB's warnings and errors into our log; drops the rest.
class Voice : public ::rocksdb::Logger {
 public:
  explicit Voice(log::Log& log) : ::rocksdb::Logger(::rocksdb::InfoLogLevel::WARN_LEVEL), log_(log) {}
  using ::rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
  void Logv(const ::rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level < GetInfoLogLevel() || level == ::rocksdb::InfoLogLevel::HEADER_LEVEL) return;
    char text[512];
    std::vsnprintf(text, sizeof text, format, arguments);
    if (level == ::rocksdb::InfoLogLevel::WARN_LEVEL) return log_.warning("store.rocksdb", {{"text", text}});
    log_.error("store.rocksdb", {{"text", text}});
  }

 private:
  log::Log& log_;
};

class Listener : public ::rocksdb::EventListener {
 public:
  explicit Listener(log::Log& log) : log_(log) {}
  void OnBackgroundError(::rocksdb::BackgroundErrorReason, ::rocksdb::Status* status) override {
    log_.error("store.background_failed", {{"text", status->ToString()}});
  }
  void OnStallConditionsChanged(const ::rocksdb::WriteStallInfo& info) override {
    const bool is_normal = info.condition.cur == ::rocksdb::WriteStallCondition::kNormal;
    log_.warning(is_normal ? "store.flowing" : "store.stalled", {{"family", info.cf_name}});
  }

 private:
  log::Log& log_;
};

::rocksdb::BlockBasedTableOptions table_options(std::shared_ptr<::rocksdb::Cache> cache) {
  ::rocksdb::BlockBasedTableOptions table;
  table.block_cache = std::move(cache);
  table.block_size = 8 << 10;
  table.filter_policy.reset(::rocksdb::NewBloomFilterPolicy(10));
  // Within the cache's bound, whatever the number of files.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  return table;
}

}  // namespace

::rocksdb::DBOptions database_options(const Options& options, log::Log& log) {
  ::rocksdb::DBOptions made;
  made.create_if_missing = true;
  made.create_missing_column_families = true;
  made.paranoid_checks = true;
  // A torn end of the log was never acknowledged. Logs that lack whole files are refused.
  made.wal_recovery_mode = ::rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  made.track_and_verify_wals_in_manifest = true;
  made.max_write_batch_group_size_bytes = 32UL << 20;
  made.max_total_wal_size = 4 * (options.row_buffer_bytes + options.body_buffer_bytes);
  made.allow_concurrent_memtable_write = false;  // one thread writes
  made.enable_write_thread_adaptive_yield = false;
  made.max_background_jobs = options.background_threads;
  made.bytes_per_sync = 1UL << 20;
  made.max_open_files = 512;
  made.stats_dump_period_sec = 0;
  made.stats_persist_period_sec = 0;
  made.info_log = std::make_shared<Voice>(log);
  made.listeners.push_back(std::make_shared<Listener>(log));
  return made;
}

::rocksdb::ColumnFamilyOptions row_options(const Options& options) {
  ::rocksdb::ColumnFamilyOptions made;
  auto cache = ::rocksdb::NewLRUCache(options.block_cache_bytes);
  made.table_factory.reset(::rocksdb::NewBlockBasedTableFactory(table_options(std::move(cache))));
  made.write_buffer_size = options.row_buffer_bytes;
  made.max_write_buffer_number = 2;
  made.memtable_whole_key_filtering = true;  // most rows that a commit puts are new
  made.memtable_prefix_bloom_size_ratio = 0.05;
  made.compression = ::rocksdb::kLZ4Compression;
  made.level_compaction_dynamic_level_bytes = true;
  return made;
}

// Bodies lie in blob files, which compactions do not rewrite: what is dead in them is Collector's business.
::rocksdb::ColumnFamilyOptions body_options(const Options& options) {
  ::rocksdb::ColumnFamilyOptions made;
  auto cache = ::rocksdb::NewLRUCache(options.block_cache_bytes / 8);
  made.table_factory.reset(::rocksdb::NewBlockBasedTableFactory(table_options(std::move(cache))));
  made.write_buffer_size = options.body_buffer_bytes;
  made.max_write_buffer_number = 3;
  made.enable_blob_files = true;
  made.min_blob_size = 1024;
  made.blob_file_size = 128UL << 20;
  made.enable_blob_garbage_collection = false;
  made.level_compaction_dynamic_level_bytes = true;
  return made;
}

}  // namespace postroad::store::rocksdb
