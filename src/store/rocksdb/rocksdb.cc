#include "store/rocksdb/rocksdb.h"

#include <future>
#include <map>

#include "store/rocksdb/collector.h"
#include "store/rocksdb/engine.h"

namespace postroad::store::rocksdb {
namespace {

class RocksStore : public Store {
 public:
  RocksStore(std::shared_ptr<Database> database, const Options& options, io::Pool& reads, log::Log& log,
             metrics::Registry& metrics)
      : committer_(std::make_unique<Committer>(*database, options, log, metrics)),
        collector_(std::make_unique<Collector>(*database, options, log, metrics)),
        shared_{.database = std::move(database),
                .committer = *committer_,
                .reads = reads,
                .from_memory = reads_counter(metrics, "memory"),
                .from_disk = reads_counter(metrics, "disk"),
                .bells = {},
                .lease_mutex = {},
                .leases = {}} {}

  // Reads on the pool hold the database: the folder is free for another opening only when they have ended.
  ~RocksStore() override {
    collector_.reset();
    committer_.reset();
    const auto closed = std::make_shared<std::promise<void>>();
    shared_.database->on_closed([closed] { closed->set_value(); });
    shared_.database.reset();
    closed->get_future().wait();
  }

  Engine& on(io::Loop& loop) override {
    const std::lock_guard held(mutex_);
    auto& handle = handles_[&loop];
    if (!handle) handle = std::make_unique<Handle>(shared_, loop);
    return *handle;
  }

 private:
  static metrics::Counter& reads_counter(metrics::Registry& metrics, const char* from) {
    return metrics.counter("postroad_store_reads_total", "Reads, by where they found all they needed", {{"from", from}});
  }

  std::unique_ptr<Committer> committer_;
  std::unique_ptr<Collector> collector_;
  Shared shared_;
  std::mutex mutex_;
  std::map<io::Loop*, std::unique_ptr<Handle>> handles_;  // looked up only, never walked
};

}  // namespace

Result<std::unique_ptr<Store>> open(const std::string& path, Options options, io::Pool& reads, log::Log& log,
                                    metrics::Registry& metrics) {
  TRY(auto database, Database::open(path, options, log));
  return std::make_unique<RocksStore>(std::move(database), options, reads, log, metrics);
}

}  // namespace postroad::store::rocksdb
