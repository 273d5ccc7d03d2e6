#include "sql/checkpoint.h"

#include <algorithm>

namespace postroad::sql {

// Ends with the pass, or with the last who could have begun it.
struct Checkpoint::Turn {
  explicit Turn(std::shared_ptr<Checkpoint> owner) : of(std::move(owner)) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { of->is_running_ = false; }
  std::shared_ptr<Checkpoint> of;
};

std::function<void()> Checkpoint::pass() {
  if (is_running_.exchange(true)) return {};
  return [turn = std::make_shared<Turn>(shared_from_this())] { turn->of->copy(); };
}

// As far as readers let it. A failure costs nothing: the log keeps all until it is copied.
void Checkpoint::copy() {
  int pages = 0;
  int copied = 0;
  if (sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied) == SQLITE_OK) copied_ = std::max(copied, 0);
}

}  // namespace postroad::sql
