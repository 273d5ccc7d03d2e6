#include "store/rocksdb/engine.h"

#include "base/check.h"
#include "store/limits.h"

namespace postroad::store::rocksdb {

template <class Read>
auto Handle::read(Read read) -> io::Task<typename std::invoke_result_t<Read, Database&, From>::value_type> {
  check(loop_.is_here(), "an engine's handle is used on its loop");
  if (auto at_once = read(*shared_.database, From::Memory)) {
    shared_.from_memory.add();
    co_return std::move(*at_once);
  }
  shared_.from_disk.add();
  auto later = co_await shared_.reads.run(
      loop_, [database = shared_.database, read = std::move(read)] { return *read(*database, From::Disk); });
  if (!later) co_return std::unexpected(std::move(later).error());
  co_return std::move(*later);
}

io::Task<Result<Got>> Handle::get(Partition partition, std::vector<std::string> keys) {
  demand_none(flaw_of_partition(partition));
  demand_none(flaw_of_keys(keys));
  return read([partition = std::move(partition), keys = std::move(keys)](Database& database, From from) {
    return read_rows(database, from, partition, keys);
  });
}

io::Task<Result<Scanned>> Handle::scan(Partition partition, std::string prefix, std::string after, std::size_t limit) {
  demand_none(flaw_of_partition(partition));
  demand_none(flaw_of_scan(prefix, after, limit));
  return read([partition = std::move(partition), prefix = std::move(prefix), after = std::move(after), limit](
                  Database& database, From from) { return scan_rows(database, from, partition, prefix, after, limit); });
}

io::Task<Committed> Handle::commit(Partition partition, Batch batch) {
  demand_none(flaw_of_partition(partition));
  demand_none(flaw_of(batch));
  check(loop_.is_here(), "an engine's handle is used on its loop");
  auto promised = shared_.committer.submit(loop_, CommitWrite{std::move(partition), std::move(batch)});
  co_return co_await promised.get();
}

io::Task<Result<>> Handle::write(Write write) {
  check(loop_.is_here(), "an engine's handle is used on its loop");
  auto promised = shared_.committer.submit(loop_, std::move(write));
  const auto committed = co_await promised.get();
  if (committed.outcome == Outcome::Committed) co_return Result<>();
  co_return fail(Fault::Busy, "the store can't write now; try again later");
}

io::Task<Result<>> Handle::body_put(std::string id, std::uint32_t piece, std::string bytes) {
  demand_none(flaw_of_body(id));
  demand_none(flaw_of_piece(piece, bytes));
  return write(PieceWrite{std::move(id), piece, std::move(bytes)});
}

io::Task<Result<std::string>> Handle::body_get(std::string id, std::uint64_t offset, std::size_t length) {
  demand_none(flaw_of_body(id));
  return read([id = std::move(id), offset, most = std::min(length, kReadBytes)](Database& database, From from) {
    return read_body(database, from, id, offset, most);
  });
}

io::Task<Result<>> Handle::body_del(std::string id) {
  demand_none(flaw_of_body(id));
  CO_TRY(const auto pieces,
         co_await read([id](Database& database, From from) { return count_pieces(database, from, id); }));
  co_return co_await write(BodyDelete{std::move(id), pieces});
}

io::Task<Result<>> Handle::drop_partition(Partition partition) {
  demand_none(flaw_of_partition(partition));
  return write(Drop{std::move(partition)});
}

io::Task<Result<Usage>> Handle::usage(Partition partition) {
  demand_none(flaw_of_partition(partition));
  CO_TRY(const auto header, co_await read([partition](Database& database, From from) {
           return read_header(database, from, partition);
         }));
  co_return Usage{header.rows, header.bytes};
}

void Handle::bell_ring(std::string topic) { shared_.bells.ring(topic); }

std::unique_ptr<Subscription> Handle::bell_listen(std::string topic, std::function<void()> on_ring,
                                                  std::function<void()> on_lost) {
  return shared_.bells.listen(loop_, topic, std::move(on_ring), std::move(on_lost));
}

// The store has one process, so leases live in it; their epochs go on from opening to opening.
io::Task<Result<Lease>> Handle::lease_acquire(std::string name, std::string holder, std::chrono::milliseconds ttl) {
  const std::lock_guard held(shared_.lease_mutex);
  check(++shared_.last_epoch != 0, "an opening of the store has fewer than 2^32 leases");
  const auto epoch = shared_.database->opening() << 32 | shared_.last_epoch;
  co_return shared_.leases.acquire(name, holder, epoch, loop_.clock().steady(), ttl);
}

io::Task<Result<>> Handle::lease_renew(Lease lease, std::chrono::milliseconds ttl) {
  const std::lock_guard held(shared_.lease_mutex);
  co_return shared_.leases.renew(lease, loop_.clock().steady(), ttl);
}

io::Task<Result<>> Handle::lease_release(Lease lease) {
  const std::lock_guard held(shared_.lease_mutex);
  shared_.leases.release(lease);
  co_return Result<>();
}

}  // namespace postroad::store::rocksdb
