#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "directory/snapshot.h"
#include "directory/view.h"
#include "feed/source.h"
#include "io/event.h"
#include "io/loop.h"
#include "log/log.h"
#include "metrics/metrics.h"
#include "store/engine.h"

namespace postroad::directory {

struct Options {
  std::string partition = "directory";  // the root; shards are `directory/00` and on
  std::uint32_t shards = 64;            // at the first start only: the store then keeps it. 1..1024
  Rules rules;
};

// The directory of a cluster: owns the current snapshot, keeps it in the store, and takes the feed's changes in.
// One writer: the store refuses a second one's commits, which then end with Conflict.
//
// Runs on `home`; views are read on their own loops. docs/feed.md, README.md: how it is stored.
class Directory : public feed::Sink {
 public:
  Directory(io::Loop& home, store::Store& store, log::Log& log, metrics::Registry& metrics, Options options = {});
  ~Directory() override;

  // Finishes what a crash left undone and loads everything. Once, before anything else.
  io::Task<Result<>> open();

  // The view of a loop, which Directory keeps new; the same one for the same loop. Asked for while nothing runs yet,
  // or on `home`.
  View& view(io::Loop& loop);
  // On `home`.
  const SnapshotPtr& now() const { return snapshot_; }

  // feed::Sink. On `home`.
  std::string log() const override { return feed_log_; }
  feed::Position position() const override { return position_; }
  io::Task<Result<std::vector<feed::Settled>>> apply(std::string log, feed::Batch batch) override;

  // Accounts that were deleted and whose mail is still to be purged, as of now; and that it has been.
  std::vector<std::string> gone() const;
  io::Task<Result<>> forget_gone(std::string account);

  // The stored password hash of an account, read on `loop`; empty where it has none.
  struct Credentials {
    std::uint64_t version = 0;
    std::string password_hash;
  };
  io::Task<Result<Credentials>> credentials(io::Loop& loop, std::string account);

 private:
  struct State;
  io::Loop& home_;
  std::unique_ptr<State> state_;
  SnapshotPtr snapshot_;
  std::string feed_log_;
  feed::Position position_ = 0;
};

}  // namespace postroad::directory
