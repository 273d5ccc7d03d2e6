#pragma once

#include <chrono>
#include <functional>
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
#include "store/agenda_runner.h"
#include "store/engine.h"

namespace postroad::directory {

struct Options {
  std::string partition = "directory";  // the root; shards are `directory/0000` and on
  std::uint32_t shards = 64;            // at the first start only: the store then keeps it. 1..1024
  Rules rules;
  std::chrono::hours purge_after{24 * 30};  // a deleted account's mail is kept so long
};

class Shelf;

// The directory of a cluster: owns the current snapshot, keeps it in the store, and takes the feed's changes in.
// One writer: the store refuses a second one's commits, which then end with Conflict.
//
// Runs on `home`; views are read on their own loops. docs/feed.md, README.md: how it is stored.
class Directory : public feed::Sink {
 public:
  // All must outlive it.
  Directory(io::Loop& home, store::Store& store, log::Log& log, metrics::Registry& metrics, Options options = {});
  ~Directory() override;

  // Finishes what a crash left undone and loads everything. Before anything else; again where it failed with Busy.
  io::Task<Result<>> open();

  // The view of a loop, which Directory keeps new; the same one for the same loop. Asked for while nothing runs yet,
  // or on `home`.
  View& view(io::Loop& loop);
  // On `home`. Never null.
  const SnapshotPtr& now() const { return snapshot_; }

  // feed::Sink. On `home`.
  std::string log() const override;
  feed::Position position() const override;
  io::Task<Result<std::vector<feed::Settled>>> apply(std::string log, feed::Batch batch) override;

  // Has the runner call `purge` for each deleted account whose time has come, on the runner's loop, until it returns
  // without an error; any number of times for one account. Its mail is its own partition and bodies.
  using Purge = std::function<io::Task<Result<>>(std::string account)>;
  void join(store::agenda::Runner& runner, Purge purge);
  // Has the runner call `greet` for each new account that is to find its domain's welcome mail, if there is one by then, until it
  // returns without an error (whether it was put there now, or before) or refuses. The acceptance is the same each time.
  struct Greeting {
    AccountPtr account;
    std::string address;
    std::string acceptance;  // 1 to 100 bytes
    feed::WelcomeMail mail;
  };
  using Greet = std::function<io::Task<Result<bool>>(Greeting greeting)>;
  void join(store::agenda::Runner& runner, Greet greet);
  // Deleted accounts that are still to be purged. On `home`.
  std::vector<std::string> gone() const;

  // The stored credentials of an account, read on `loop`; version 0 where it has none.
  struct Credentials {
    std::uint64_t version = 0;
    std::string password_hash;  // empty: nobody signs in
    std::vector<std::string> app_passwords;  // hashes of application passwords
  };
  io::Task<Result<Credentials>> credentials(io::Loop& loop, std::string account) const;
  // Another hash of the same password: the version stays, since nobody has to sign in anew. False where the credentials are not
  // what they were, or the directory is busy with changes. On any loop; ends on `home`.
  io::Task<Result<bool>> replace_hash(std::string account, Credentials before, std::string password_hash);

  // What an account, a domain or a company itself has set, read on `loop`. feed::within() tells what holds.
  io::Task<Result<feed::Settings>> settings(io::Loop& loop, std::string object) const;

 private:
  io::Task<Result<>> reopen();
  io::Task<Result<>> take_in(std::string log, const feed::Batch& batch);
  io::Task<Result<std::size_t>> take_some(const std::string& log, const feed::Batch& batch, std::size_t from);
  io::Task<Result<>> finish();
  std::vector<feed::Settled> outcomes(const feed::Batch& batch, feed::Position confirmed) const;
  io::Task<store::agenda::Visit> welcome(Greet greet, store::agenda::Timed timed);
  io::Task<Result<>> put_welcome(Greet greet, store::agenda::Timed timed);
  io::Task<Result<AccountPtr>> served(std::string id);
  io::Task<store::agenda::Visit> purge(Purge purge, std::string account);
  io::Task<Result<bool>> begin_purge(std::string account);
  void publish(SnapshotPtr snapshot);

  io::Loop& home_;
  store::Store& store_;
  log::Log& log_;
  Options options_;
  metrics::Gauge& domains_;
  metrics::Gauge& accounts_;
  metrics::Histogram& apply_seconds_;
  struct Welcomed {
    metrics::Counter& placed;
    metrics::Counter& later;
    metrics::Counter& given_up;
  } welcomed_;
  std::unique_ptr<Shelf> shelf_;
  io::Mutex applying_;
  SnapshotPtr decided_;   // what the root says, whether or not the shards have it
  SnapshotPtr snapshot_;  // what is served
  std::vector<std::pair<io::Loop*, std::unique_ptr<View>>> views_;  // in the order of asking
};

}  // namespace postroad::directory
