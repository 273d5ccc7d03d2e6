#pragma once

#include <utility>

#include "directory/snapshot.h"

namespace postroad::directory {

// The newest snapshot, as one loop sees it: without locks, since only that loop touches it. Directory keeps it new;
// a test makes one of a snapshot.
class View {
 public:
  explicit View(SnapshotPtr snapshot = std::make_shared<Snapshot>()) : snapshot_(std::move(snapshot)) {}
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  // Never null. Keep a copy for what must see one state across a co_await.
  const SnapshotPtr& now() const { return snapshot_; }
  void set(SnapshotPtr snapshot) { snapshot_ = std::move(snapshot); }

 private:
  SnapshotPtr snapshot_;
};

}  // namespace postroad::directory
