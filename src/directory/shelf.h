#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "directory/decision.h"
#include "directory/rows.h"
#include "io/event.h"
#include "store/agenda.h"
#include "store/engine.h"

namespace postroad::directory {

// The directory's partitions: the root, and the shards that hold the objects. A run of changes is decided by one commit
// of the root, which holds the rows to write (the journal); the shards' commits follow, and may follow after a crash.
// The journal's rows go with the root's next commit, which is not made before the shards have all theirs.
//
// One writer: each commit of the root expects the root's row as this writer left it.
class Shelf {
 public:
  Shelf(io::Loop& home, store::Store& store, store::Partition root);

  // Reads the root, makes it where there is none, and writes what its journal still holds.
  io::Task<Result<>> open(std::uint32_t shards);
  // All objects, domains first and aliases last; what they were when open() was called.
  io::Task<Result<SnapshotPtr>> load(Rules rules);

  const rows::Meta& meta() const { return meta_; }
  const std::map<feed::Position, feed::Settled>& refusals() const { return refusals_; }
  const Decision::Gone& gone() const { return gone_; }

  // Whether each shard has room for a batch's rows. Reads only where a shard may be near its limit.
  io::Task<Result<bool>> has_room();

  // The deciding commit. `next`: the root's row as it will be, but for `step`. Only while nothing is pending().
  // Conflict: another writer was here; Busy: try again later, nothing is decided.
  struct Deciding {
    rows::Meta next;
    Decision::Rows rows;
    std::vector<feed::Settled> refused;
    std::map<std::string, std::optional<rows::Gone>> turned;  // accounts deleted and restored
  };
  io::Task<Result<>> decide(Deciding deciding);

  // Writes what the journal holds to the shards; any number of times.
  io::Task<Result<>> finish();
  bool is_pending() const { return !pending_.empty(); }
  // Whether the store holds what this does not know of, another writer's commits or an unsure one of its own that
  // reading did not tell of: open() and load() anew.
  bool is_in_doubt() const { return is_in_doubt_; }

  // Its mail is going from now on: it can't be restored. Not while a step is decided.
  io::Task<Result<>> begin_purge(std::string account);
  io::Task<Result<>> forget_gone(std::string account);
  // The partition of an object. On any loop, once open() is done.
  store::Partition shard_of(std::string_view name) const;

 private:
  using Pending = std::map<std::uint32_t, std::vector<rows::Entry>>;  // by shard
  struct Shard {
    std::string meta;  // its row as it stands; empty: there is none
    std::uint64_t rows = 0;  // at least what it holds
  };

  io::Task<Result<>> read_root(std::uint32_t shards);
  io::Task<Result<>> read_journal();
  io::Task<Result<>> read_refusals();
  io::Task<Result<>> read_shards();
  io::Task<Result<std::vector<store::Row>>> read_all(store::Partition partition, std::string prefix);
  io::Task<Result<std::vector<store::Row>>> read_objects(std::uint32_t shard, std::string_view prefix);
  store::Batch root_batch(const Deciding& deciding, const std::string& value) const;
  io::Task<Result<>> commit_root(store::Batch batch, std::string value);
  enum class Seen { Ours, Before, Others };
  io::Task<Result<Seen>> look(store::Partition partition, std::string ours, std::string before);
  io::Task<Result<>> write_shard(std::uint32_t shard, std::vector<rows::Entry> entries);
  io::Tick patience() const;

  io::Task<Result<>> load_domains(Draft& draft);
  io::Task<Result<>> load_accounts(Draft& draft);
  io::Task<Result<>> load_aliases(Draft& draft);
  io::Task<Result<>> load_gone();

  io::Loop& home_;
  store::Engine& engine_;
  store::Partition root_;
  rows::Meta meta_;
  std::string meta_value_;  // the root's row as it stands; empty: there is none
  std::vector<Shard> shards_;
  Pending pending_;                        // not in the shards yet
  std::vector<std::string> journal_keys_;  // in the root, all written to the shards where nothing is pending
  std::map<feed::Position, feed::Settled> refusals_;
  Decision::Gone gone_;
  bool is_in_doubt_ = false;
};

}  // namespace postroad::directory
