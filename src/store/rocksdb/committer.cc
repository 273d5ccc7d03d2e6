#include "store/rocksdb/committer.h"

#include "base/check.h"

namespace postroad::store::rocksdb {
namespace {

constexpr std::size_t kGroupBytes = 16UL << 20;

std::size_t bytes_of(const Write& write) {
  if (const auto* commit = std::get_if<CommitWrite>(&write)) return commit->batch.bytes();
  if (const auto* piece = std::get_if<PieceWrite>(&write)) return piece->bytes.size();
  return 0;
}

bool brings_bodies(const Write& write) {
  const auto* commit = std::get_if<CommitWrite>(&write);
  return commit != nullptr ? !commit->batch.bodies.empty() : std::holds_alternative<PieceWrite>(write);
}

bool puts_rows(const Write& write) {
  const auto* commit = std::get_if<CommitWrite>(&write);
  return commit != nullptr && !commit->batch.put.empty();
}

// Bodies are what fills a disk. Rows go on for longer: mail can't be deleted, nor what was deleted be purged, without
// writing rows that say so. What takes away alone always goes.
bool has_room(const Write& write, std::uint64_t free_bytes, std::uint64_t least) {
  if (brings_bodies(write)) return free_bytes >= least;
  return !puts_rows(write) || free_bytes >= least / 4;
}

}  // namespace

Committer::Committer(Database& database, const Options& options, log::Log& log, metrics::Registry& metrics)
    : database_(database),
      options_(options),
      log_(log),
      groups_(metrics.counter("postroad_store_groups_total", "Groups of commits written and synced")),
      bytes_(metrics.counter("postroad_store_written_bytes_total", "Bytes of the groups written")),
      refused_(metrics.counter("postroad_store_refused_total", "Writes refused: the queue or the disk is full")),
      waiting_(metrics.gauge("postroad_store_waiting_commits", "Writes that wait for the committer")),
      thread_([this] { run(); }) {}

Committer::~Committer() {
  {
    const std::lock_guard held(mutex_);
    is_stopping_ = true;
  }
  has_work_.notify_one();
  thread_.join();
}

io::Promised<Committed> Committer::submit(io::Loop& home, Write write) {
  const auto bytes = bytes_of(write);
  io::Promised<Committed> promised(home);
  const std::unique_lock held(mutex_);
  const bool is_full =
      queue_.size() >= options_.commit_queue_batches || queued_bytes_ + bytes > options_.commit_queue_bytes;
  if (is_full) {
    refused_.add();
    promised.set(Committed{Outcome::Unavailable, 0});
    return promised;
  }
  queued_bytes_ += bytes;
  queue_.push_back({std::move(write), bytes, promised});
  waiting_.set(static_cast<std::int64_t>(queue_.size()));
  if (queue_.size() == 1) has_work_.notify_one();
  return promised;
}

void Committer::run() {
  for (;;) {
    auto requests = take();
    if (requests.empty()) return;
    commit_all(std::move(requests));
  }
}

// All that waits; nothing only when stopping.
std::deque<Committer::Request> Committer::take() {
  std::unique_lock held(mutex_);
  has_work_.wait(held, [this] { return is_stopping_ || !queue_.empty(); });
  queued_bytes_ = 0;
  waiting_.set(0);
  return std::exchange(queue_, {});
}

void Committer::commit_all(std::deque<Request> requests) {
  while (!requests.empty()) {
    const auto free_bytes = database_.free_bytes();
    Group group(database_);
    std::deque<std::pair<Request, Committed>> settled;
    while (!requests.empty() && group.bytes() < kGroupBytes) {
      auto& next = requests.front();
      const bool is_drop = std::holds_alternative<Drop>(next.write);
      if (is_drop && !group.empty()) break;
      auto committed = Committed{Outcome::Unavailable, 0};
      if (has_room(next.write, free_bytes, options_.free_bytes_least)) committed = add(group, next.write);
      settled.emplace_back(std::move(next), committed);
      requests.pop_front();
      if (is_drop) break;
    }
    write(group);
    for (const auto& [request, committed] : settled) answer(request, committed);
  }
}

Committed Committer::add(Group& group, const Write& write) {
  Result<Committed> added = Committed{Outcome::Committed, 0};
  if (const auto* commit = std::get_if<CommitWrite>(&write)) {
    added = group.add(commit->partition, commit->batch);
  } else if (const auto* piece = std::get_if<PieceWrite>(&write)) {
    group.add_piece(piece->id, piece->piece, piece->bytes);
  } else if (const auto* body = std::get_if<BodyDelete>(&write)) {
    group.delete_pieces(body->id, body->pieces);
  } else if (const auto dropped = group.drop(std::get<Drop>(write).partition); !dropped) {
    added = std::unexpected(dropped.error());
  }
  if (added) return *added;
  log_.error("store.unreadable", {{"text", added.error().text}});
  return {Outcome::Unavailable, 0};
}

void Committer::write(Group& group) {
  if (group.empty()) return;
  ::rocksdb::WriteOptions synced;
  synced.sync = true;
  const auto status = database_.db().Write(synced, &group.writes());
  if (!status.ok()) {
    log_.error("store.write_failed", {{"text", status.ToString()}});
    stop_broken("the store's log can't be written or synced: " + status.ToString(), std::source_location::current());
  }
  groups_.add();
  bytes_.add(group.bytes());
}

void Committer::answer(const Request& request, const Committed& committed) {
  if (committed.outcome == Outcome::Unavailable) refused_.add();
  request.answer.set(committed);
}

}  // namespace postroad::store::rocksdb
