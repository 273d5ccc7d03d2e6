#pragma once

#include "store/memory/state.h"

namespace postroad::store::memory {

// The memory engine's handle on one loop.
class Handle : public Engine {
 public:
  Handle(Disk::State& disk, std::uint64_t owner, io::Loop& loop) : disk_(disk), owner_(owner), loop_(loop) {}

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
  // Lets the time of a call pass; Busy where the faults want it. Then the disk is as of now.
  io::Task<Result<>> reach(std::uint32_t Faults::*busy);
  io::Task<Result<>> write(std::string name, Write write);
  io::Tick begin_commit(Fate fate, CommitWrite write);
  io::Tick now() const { return loop_.clock().steady(); }

  Disk::State& disk_;
  const std::uint64_t owner_;
  io::Loop& loop_;
};

}  // namespace postroad::store::memory
