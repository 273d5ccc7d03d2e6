#pragma once

#include <mutex>

#include "store/bells.h"
#include "store/leases.h"
#include "store/rocksdb/committer.h"
#include "store/rocksdb/read.h"

namespace postroad::store::rocksdb {

// What the handles of one store share.
struct Shared {
  std::shared_ptr<Database> database;
  Committer& committer;
  io::Pool& reads;
  metrics::Counter& from_memory;
  metrics::Counter& from_disk;
  Bells bells;
  std::mutex lease_mutex;
  Leases leases;
  std::uint32_t last_epoch = 0;  // of this opening
};

// The RocksDB engine's handle on one loop.
class Handle : public Engine {
 public:
  Handle(Shared& shared, io::Loop& loop) : shared_(shared), loop_(loop) {}

  io::Task<Result<Got>> get(Partition partition, std::vector<std::string> keys) override;
  io::Task<Result<Scanned>> scan(Partition partition, std::string prefix, std::string after,
                                 std::size_t limit) override;
  io::Task<Committed> commit(Partition partition, Batch batch) override;
  io::Task<Result<>> body_put(std::string id, std::uint32_t piece, std::string bytes) override;
  io::Task<Result<std::string>> body_get(std::string id, std::uint64_t offset, std::size_t length) override;
  io::Task<Result<>> body_del(std::string id) override;
  void bell_ring(std::string topic) override;
  std::unique_ptr<Subscription> bell_listen(std::string topic, std::function<void()> on_ring,
                                            std::function<void()> on_lost) override;
  io::Task<Result<Lease>> lease_acquire(std::string name, std::string holder, std::chrono::milliseconds ttl) override;
  io::Task<Result<>> lease_renew(Lease lease, std::chrono::milliseconds ttl) override;
  io::Task<Result<>> lease_release(Lease lease) override;
  io::Task<Result<>> drop_partition(Partition partition) override;
  io::Task<Result<Usage>> usage(Partition partition) override;

 private:
  // Reads at once where memory has it all, else on the pool. `read(database, from)` must hold what it needs by value.
  template <class Read>
  auto read(Read read) -> io::Task<typename std::invoke_result_t<Read, Database&, From>::value_type>;
  io::Task<Result<>> write(Write write);

  Shared& shared_;
  io::Loop& loop_;
};

}  // namespace postroad::store::rocksdb
