#pragma once

#include <sqlite3.h>

#include <atomic>
#include <functional>
#include <memory>

namespace postroad::sql {

struct CloseSqlite {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using Handle = std::unique_ptr<sqlite3, CloseSqlite>;

// Copies what was committed from the log (WAL) to the file, on a connection of its own. A commit that did it itself would
// take as long as hundreds of scattered pages take to the disk: who waits for a commit should not wait for that.
class Checkpoint : public std::enable_shared_from_this<Checkpoint> {
 public:
  explicit Checkpoint(Handle handle) : handle_(std::move(handle)) {}

  // One pass, to be called once on any thread, or never. Nothing: one is under way.
  std::function<void()> pass();
  bool is_running() const { return is_running_; }

  // Pages of the log that the last pass found copied.
  int copied() const { return copied_; }
  void forget_copied() { copied_ = 0; }

 private:
  struct Turn;
  void copy();

  Handle handle_;
  std::atomic<bool> is_running_ = false;
  std::atomic<int> copied_ = 0;
};

}  // namespace postroad::sql
