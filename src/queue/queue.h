#pragma once

#include <memory>
#include <string>
#include <vector>

#include "queue/entry.h"
#include "store/agenda.h"
#include "store/engine.h"

namespace postroad::queue {

// The kind of the agenda's rows for queued messages; the handler is delivery::Retry.
inline constexpr std::string_view kTimedKind = "queue";

// Messages that were accepted and wait. They are rows and bodies of a few partitions; all nodes of a cluster share
// them. One object a loop; the handle is that loop's and outlives it, as the loop does.
class Queue {
 public:
  Queue(store::Engine& engine, io::Loop& loop) : engine_(engine), loop_(loop) {}

  // Makes the message durable here, to be tried at `entry.next`. Busy: it could not be until `until`, and may or may
  // not be here. Putting the same one again is harmless.
  io::Task<Result<>> put(Entry entry, std::shared_ptr<const std::string> text, io::Tick until);

  // NotFound where it is not here (any more).
  io::Task<Result<Entry>> find(std::string id);
  // The whole message.
  io::Task<Result<std::string>> text(Entry entry);
  // Replaces the entry as it was read. Conflict where it is another by now; Busy: perhaps replaced.
  io::Task<Result<>> replace(Entry before, Entry after);
  // Takes the entry and its text away; may be called again after Busy.
  io::Task<Result<>> remove(Entry entry);

  // An operator's: a stuck message is tried again now.
  io::Task<Result<>> retry(std::string id);

  // In the order of their acceptance within a partition; `after`: the last of the page before.
  struct Page {
    std::vector<Entry> entries;
    std::string after;  // empty: that was all
  };
  io::Task<Result<Page>> list(std::string after, std::size_t limit);

 private:
  // The row's value before; none: there is no row.
  using Before = std::optional<std::string>;
  io::Task<Result<>> write(Before before, Entry entry, std::shared_ptr<const std::string> text, io::Tick until);
  io::Task<Result<>> write_ahead(Entry entry, std::shared_ptr<const std::string> text, io::Tick until);
  enum class Seen { Before, Written, Other };
  io::Task<Result<Seen>> look(Before before, Entry entry);
  io::Task<store::Committed> commit_row(Before before, Entry entry, std::vector<store::Body> bodies);

  store::Engine& engine_;
  io::Loop& loop_;
};

// Where a message of that id lies: for tests and invariants.
store::Partition partition_of(std::string_view id);
std::string key_of(std::string_view id);
std::string body_of(std::string_view id);
inline constexpr unsigned kPartitions = 4;

}  // namespace postroad::queue
