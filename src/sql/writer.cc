#include "sql/writer.h"

#include <algorithm>

#include "base/mutant.h"

namespace postroad::sql {

std::shared_ptr<Writer> Writer::make(std::unique_ptr<Connection> connection, io::Pool& pool, Options options) {
  return std::shared_ptr<Writer>(new Writer(std::move(connection), pool, std::move(options)));
}

Writer::Writer(std::unique_ptr<Connection> connection, io::Pool& pool, Options options)
    : pool_(pool), options_(std::move(options)), connection_(std::move(connection)) {}

// What is committed together. It grows while it is worked on.
class Writer::Group {
 public:
  Group(const Options& options, std::chrono::nanoseconds commit_time)
      : options_(options), began_(now()),
        work_most_(std::clamp<std::chrono::nanoseconds>(2 * commit_time, options.work_most, std::max(options.work_most, options.work_longest))),
        work_beside_(std::clamp<std::chrono::nanoseconds>(commit_time, options.work_beside, std::max(options.work_beside, options.work_most))) {}

  std::vector<Piece> pieces;
  bool has_failed = false;  // all that wait fail with it

  // Whether a piece of that lane has a place in it. The first of a lane always has: none starves.
  bool takes(Lane lane, bool is_beside) const {
    if (pieces.size() >= options_.group) return false;
    if (has_failed || taken_[static_cast<std::size_t>(lane)] == 0) return true;
    if (lane == Lane::Single) return now() < began_ + options_.work_most;
    if (is_beside && taken_[static_cast<std::size_t>(Lane::Single)] > 0) return false;
    return now() < began_ + (is_beside ? work_beside_ : work_most_);
  }
  void add(Lane lane, Piece piece) {
    ++taken_[static_cast<std::size_t>(lane)];
    pieces.push_back(std::move(piece));
  }

 private:
  io::Tick now() const { return options_.clock != nullptr ? options_.clock->steady() : io::Tick{}; }

  const Options& options_;
  const io::Tick began_;
  const std::chrono::nanoseconds work_most_;
  const std::chrono::nanoseconds work_beside_;
  std::array<std::size_t, 3> taken_{};
};

bool Writer::submit(Lane lane, Piece piece) {
  if (lane == Lane::Single && options_.clock != nullptr) singles_until_ = (options_.clock->steady() + options_.beside).time_since_epoch().count();
  const std::lock_guard lock(mutex_);
  if (queued_ >= options_.queue) return false;
  if (!is_draining_ && !pool_.submit([self = shared_from_this()] { self->drain(); })) return false;
  is_draining_ = true;
  queues_[static_cast<std::size_t>(lane)].push_back(std::move(piece));
  ++queued_;
  return true;
}

void Writer::abandon() {
  std::array<std::deque<Piece>, 3> left;
  {
    const std::lock_guard lock(mutex_);
    left.swap(queues_);
    queued_ = 0;
  }
}

bool Writer::goes_on() {
  const std::lock_guard lock(mutex_);
  is_draining_ = queued_ > 0;
  return is_draining_;
}

// The next piece that has a place in the group.
bool Writer::take(Group& group) {
  const bool is_beside = has_singles();
  const std::lock_guard lock(mutex_);
  for (const auto lane : {Lane::Single, Lane::Other, Lane::Bulk}) {
    auto& queue = queues_[static_cast<std::size_t>(lane)];
    if (queue.empty() || !group.takes(lane, is_beside)) continue;
    group.add(lane, std::move(queue.front()));
    queue.pop_front();
    --queued_;
    return true;
  }
  return false;
}

void Writer::drain() {
  while (goes_on()) {
    Group group(options_, commit_time_);
    commit(group);
    for (auto& piece : group.pieces) piece.done(piece.outcome);
    if (options_.on_commit) options_.on_commit(group.pieces.size());
    if (auto chore = connection_->chore()) static_cast<void>(pool_.submit(std::move(chore)));
  }
}

// Either every piece keeps the outcome of its own, or all share the failure.
void Writer::commit(Group& group) {
  Result<> done = fail(Fault::Broken, "the database has failed: the control plane must be started anew");
  if (is_healthy_) {
    done = run_all(group);
    if (done) {
      const auto began = now();
      done = connection_->commit();
      commit_time_ = (3 * commit_time_ + (now() - began)) / 4;
      // A failed sync: what is on the disk is not known any more.
      if (!done && done.error().fault == Fault::Broken) is_healthy_ = false;
      if (POSTROAD_MUTANT(failed_sync_ignored)) return;
    }
    if (!done) connection_->rollback();
  }
  if (done) return;
  group.has_failed = true;
  while (take(group)) {}
  for (auto& piece : group.pieces) piece.outcome = done;
}

io::Tick Writer::now() const { return options_.clock != nullptr ? options_.clock->steady() : io::Tick{}; }

Result<> Writer::run_all(Group& group) {
  const auto begun = connection_->begin();
  if (!begun) {
    // What can't even begin won't do better later; a server that is away is Busy.
    if (begun.error().fault == Fault::Broken) is_healthy_ = false;
    return begun;
  }
  while (take(group)) TRY_OK(run_one(group.pieces.back()));
  return {};
}

// Fails where the transaction itself is lost.
Result<> Writer::run_one(Piece& piece) {
  TRY_OK(connection_->run("SAVEPOINT piece"));
  piece.outcome = piece.work(*connection_);
  if (!piece.outcome) TRY_OK(connection_->run("ROLLBACK TO piece"));
  TRY_OK(connection_->run("RELEASE piece"));
  return {};
}

std::shared_ptr<Readers> Readers::make(Database& database, io::Pool& pool) {
  return std::shared_ptr<Readers>(new Readers(database, pool));
}

Result<std::unique_ptr<Connection>> Readers::borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return database_.connect(Access::Read);
}

void Readers::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

}  // namespace postroad::sql
