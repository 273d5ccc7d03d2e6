#include "sql/writer.h"

#include "base/mutant.h"

namespace postroad::sql {

std::shared_ptr<Writer> Writer::make(std::unique_ptr<Connection> connection, io::Pool& pool, Options options) {
  return std::shared_ptr<Writer>(new Writer(std::move(connection), pool, std::move(options)));
}

Writer::Writer(std::unique_ptr<Connection> connection, io::Pool& pool, Options options)
    : pool_(pool), options_(std::move(options)), connection_(std::move(connection)) {}

bool Writer::submit(Piece piece) {
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= options_.queue) return false;
  if (!is_draining_ && !pool_.submit([self = shared_from_this()] { self->drain(); })) return false;
  is_draining_ = true;
  queue_.push_back(std::move(piece));
  return true;
}

std::vector<Writer::Piece> Writer::take() {
  const std::lock_guard lock(mutex_);
  std::vector<Piece> taken;
  while (!queue_.empty() && taken.size() < options_.group) {
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  is_draining_ = !taken.empty();
  return taken;
}

void Writer::drain() {
  for (auto pieces = take(); !pieces.empty(); pieces = take()) {
    commit(pieces);
    for (auto& piece : pieces) piece.done(piece.outcome);
    if (options_.on_commit) options_.on_commit(pieces.size());
  }
}

// Either every piece keeps the outcome of its own, or all share the failure.
void Writer::commit(std::vector<Piece>& pieces) {
  Result<> done = fail(Fault::Broken, "the database has failed: the control plane must be started anew");
  if (is_healthy_) {
    done = run_all(pieces);
    if (done) {
      done = connection_->commit();
      // A failed sync: what is on the disk is not known any more.
      if (!done && done.error().fault == Fault::Broken) is_healthy_ = false;
      if (POSTROAD_MUTANT(failed_sync_ignored)) return;
    }
    if (!done) connection_->rollback();
  }
  if (!done)
    for (auto& piece : pieces) piece.outcome = done;
}

Result<> Writer::run_all(std::vector<Piece>& pieces) {
  const auto begun = connection_->begin();
  if (!begun) {
    // What can't even begin won't do better later; a server that is away is Busy.
    if (begun.error().fault == Fault::Broken) is_healthy_ = false;
    return begun;
  }
  for (auto& piece : pieces) TRY_OK(run_one(piece));
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
