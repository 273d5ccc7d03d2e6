#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/id.h"
#include "store/engine.h"

// The agenda: which partitions have work that waits for its time, so that a restarted node finds it. It is complete and
// may hold superfluous marks. docs/store.md tells why that holds at every crash.
//
// Work is a timed row in the partition that it concerns, written in the batch that decides it:
//
//   CO_TRY(const auto marked, co_await agenda::mark(engine, partition, due, now));
//   agenda::add(batch, marked, {agenda::Timed{due, id, "purge", payload}});
//   const auto committed = co_await engine.commit(partition, batch);  // Conflict: mark again, too
//   agenda::announce(engine, partition);                              // where it is due now
//
// A Runner (agenda_runner.h) then hands it to the handler of its kind, again and again until that says it is done.
namespace postroad::store::agenda {

inline constexpr unsigned kShards = 32;

struct Timed {
  Time due;              // to the millisecond
  std::string id;        // unique in its partition; 1 to 100 bytes of a body's id
  std::string kind;      // names the handler: "purge", "handoff"
  std::string payload;   // the handler's own
  std::uint32_t attempts = 0;

  std::string key() const;    // "~t/", the time, "/", id
  std::string value() const;  // never empty
};
Result<Timed> parse(const Row& row);
inline constexpr std::string_view kTimedPrefix = "~t/";

// What a partition's own row, "~a", says of its marks: the agenda has one at `due`. Whoever changes timed rows changes
// `generation`, and expects it unchanged.
struct Standing {
  std::optional<Time> due;  // nothing: no timed rows
  std::uint64_t generation = 0;

  std::string value() const;
};
inline constexpr std::string_view kStandingKey = "~a";
Result<Standing> parse_standing(const std::optional<std::string>& value);

// What the batch must expect of that row, and what it must make of it.
struct Marked {
  std::optional<std::string> seen;
  Standing next;
};

// Makes sure that the agenda has a mark of `partition` at `due` or before; usually it has one, and this only reads.
// The batch must be committed within an hour, or be given up. `engine` must outlive the task.
io::Task<Result<Marked>> mark(Engine& engine, Partition partition, Time due, Time now);

// Adds timed rows, none due before the mark, to a batch on the marked partition; once for a batch.
void add(Batch& batch, const Marked& marked, const std::vector<Timed>& timed);

// Wakes the runner of the partition's shard: after the commit.
void announce(Engine& engine, const Partition& partition);

unsigned shard_of(const Partition& partition);
Partition shard_partition(unsigned shard);  // "agenda/1f"

// A mark: a row in the partition's shard.
struct Mark {
  Time due;
  Partition partition;
  Time made{};
  std::uint64_t generation = 0;  // of the standing that it was made for

  std::string key() const;
  std::string value() const;
};
Result<Mark> parse_mark(const Row& row);

// Makes sure that the mark is there, of its generation or a later one.
io::Task<Result<>> write_mark(Engine& engine, Mark mark);
// Takes away the mark as it was read; one that was written anew stays.
io::Task<Result<>> erase_mark(Engine& engine, Row row, Partition partition);

}  // namespace postroad::store::agenda
