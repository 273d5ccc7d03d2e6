#include "store/memory/engine.h"

#include "base/check.h"
#include "store/limits.h"

namespace postroad::store::memory {
namespace {

Error busy() { return Error{Fault::Busy, "the store is unavailable; try again later", {}}; }

// Both outlive the loop's tasks.
io::Task<void> tell_lost(io::Loop* loop, Disk::State* disk, std::string topic, io::Tick at) {
  co_await loop->sleep_until(at);
  disk->bells.lose(topic);
}

}  // namespace

io::Task<Result<>> Handle::reach(std::uint32_t Faults::*busy_once_in) {
  check(loop_.is_here(), "an engine's handle is used on its loop");
  std::unique_lock held(disk_.mutex);
  const auto delay = disk_.delay();
  const bool is_busy = disk_.faults.is_down || disk_.happens(disk_.faults.*busy_once_in);
  held.unlock();
  co_await loop_.sleep(delay);
  if (is_busy) co_return std::unexpected(busy());
  held.lock();
  disk_.land(now());
  co_return Result<>();
}

io::Task<Result<Got>> Handle::get(Partition partition, std::vector<std::string> keys) {
  demand_none(flaw_of_partition(partition));
  demand_none(flaw_of_keys(keys));
  CO_TRY_OK(co_await reach(&Faults::read_busy));
  const std::lock_guard held(disk_.mutex);
  auto got = disk_.get(partition, keys);
  disk_.was_read(partition);
  co_return got;
}

io::Task<Result<Scanned>> Handle::scan(Partition partition, std::string prefix, std::string after, std::size_t limit) {
  demand_none(flaw_of_partition(partition));
  demand_none(flaw_of_scan(prefix, after, limit));
  CO_TRY_OK(co_await reach(&Faults::read_busy));
  const std::lock_guard held(disk_.mutex);
  auto scanned = disk_.scan(partition, prefix, after, limit);
  disk_.was_read(partition);
  co_return scanned;
}

// Puts the write under way as its fate says, and tells when to answer.
io::Tick Handle::begin_commit(Fate fate, CommitWrite write) {
  const auto asked = now();
  const std::lock_guard held(disk_.mutex);
  disk_.land(asked);
  const auto due = asked + disk_.delay();
  const auto given_up = asked + disk_.faults.unknown_after;
  switch (fate) {
    case Fate::Good:
      disk_.begin(owner_, due, std::move(write));
      return due;
    case Fate::Unavailable: return due;
    case Fate::UnknownUnwritten: return given_up;
    case Fate::UnknownWritten:
      disk_.begin(owner_, due, std::move(write));
      return std::max(due, given_up);
    case Fate::UnknownLate:
      write.base = disk_.version_of(write.partition);
      disk_.begin(owner_, given_up + disk_.up_to(disk_.faults.late_most), std::move(write));
      return given_up;
  }
  stop_broken("a commit has a fate", std::source_location::current());
}

io::Task<Committed> Handle::commit(Partition partition, Batch batch) {
  demand_none(flaw_of_partition(partition));
  demand_none(flaw_of(batch));
  check(loop_.is_here(), "an engine's handle is used on its loop");
  std::unique_lock held(disk_.mutex);
  const auto there = disk_.delay();
  const auto fate = disk_.fate_of(partition, batch);
  held.unlock();
  co_await loop_.sleep(there);

  const auto answer = std::make_shared<Committed>();
  co_await loop_.sleep_until(begin_commit(fate, CommitWrite{std::move(partition), std::move(batch), {}, answer}));
  held.lock();
  disk_.land(now());
  if (fate == Fate::Good || fate == Fate::Unavailable) co_return *answer;
  co_return Committed{Outcome::Unknown, 0};
}

io::Task<Result<>> Handle::write(std::string name, Write write) {
  check(loop_.is_here(), "an engine's handle is used on its loop");
  std::unique_lock held(disk_.mutex);
  const auto& faults = disk_.faults;
  const bool is_refused = faults.is_down || (faults.on_write && faults.on_write(name));
  const bool is_busy = is_refused || disk_.happens(faults.write_busy);
  const bool is_done = !is_refused && (!is_busy || disk_.happens(2));
  const auto due = now() + disk_.delay();
  if (is_done) disk_.begin(owner_, due, std::move(write));
  held.unlock();
  co_await loop_.sleep_until(due);
  held.lock();
  disk_.land(now());
  if (is_busy) co_return std::unexpected(busy());
  co_return Result<>();
}

io::Task<Result<>> Handle::body_put(std::string id, std::uint32_t piece, std::string bytes) {
  demand_none(flaw_of_body(id));
  demand_none(flaw_of_piece(piece, bytes));
  return write(id, PieceWrite{id, piece, std::move(bytes)});
}

io::Task<Result<std::string>> Handle::body_get(std::string id, std::uint64_t offset, std::size_t length) {
  demand_none(flaw_of_body(id));
  CO_TRY_OK(co_await reach(&Faults::read_busy));
  const std::lock_guard held(disk_.mutex);
  co_return disk_.read_body(id, offset, std::min(length, kReadBytes));
}

io::Task<Result<>> Handle::body_del(std::string id) {
  demand_none(flaw_of_body(id));
  return write(id, BodyDelete{id});
}

io::Task<Result<>> Handle::drop_partition(Partition partition) {
  demand_none(flaw_of_partition(partition));
  return write(partition, Drop{partition});
}

io::Task<Result<Usage>> Handle::usage(Partition partition) {
  demand_none(flaw_of_partition(partition));
  CO_TRY_OK(co_await reach(&Faults::read_busy));
  const std::lock_guard held(disk_.mutex);
  co_return disk_.usage(partition);
}

void Handle::bell_ring(std::string topic) {
  const std::lock_guard held(disk_.mutex);
  if (!disk_.happens(disk_.faults.bell_lost)) return disk_.bells.ring(topic);
  loop_.spawn(tell_lost(&loop_, &disk_, std::move(topic), now() + disk_.up_to(disk_.faults.lost_after)),
              "store.lost_bell");
}

std::unique_ptr<Subscription> Handle::bell_listen(std::string topic, std::function<void()> on_ring,
                                                  std::function<void()> on_lost) {
  return disk_.bells.listen(loop_, topic, std::move(on_ring), std::move(on_lost));
}

io::Task<Result<Lease>> Handle::lease_acquire(std::string name, std::string holder, std::chrono::milliseconds ttl) {
  CO_TRY_OK(co_await reach(&Faults::lease_busy));
  const std::lock_guard held(disk_.mutex);
  co_return disk_.leases.acquire(name, holder, ++disk_.last_epoch, now(), ttl);
}

io::Task<Result<>> Handle::lease_renew(Lease lease, std::chrono::milliseconds ttl) {
  CO_TRY_OK(co_await reach(&Faults::lease_busy));
  const std::lock_guard held(disk_.mutex);
  co_return disk_.leases.renew(lease, now(), ttl);
}

io::Task<Result<>> Handle::lease_release(Lease lease) {
  CO_TRY_OK(co_await reach(&Faults::lease_busy));
  const std::lock_guard held(disk_.mutex);
  disk_.leases.release(lease);
  co_return Result<>();
}

}  // namespace postroad::store::memory
