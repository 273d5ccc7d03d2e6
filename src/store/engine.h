#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/loop.h"
#include "io/task.h"

// The storage that everything durable of a cluster stands on: what an embedded RocksDB and a RADOS object can both
// promise. docs/store.md tells the whole contract; the conformance suite (conformance_test.cc) asserts it on each
// engine.
namespace postroad::store {

// A partition is an ordered map of rows with a version, and the unit of atomicity. Its name: 1 to 200 bytes of
// a-z 0-9 - _ . and '/'. One that was never written, or was dropped, is empty and has version 0; each commit adds one.
using Partition = std::string;
using Version = std::uint64_t;

inline constexpr std::size_t kPartitionBytes = 200;
inline constexpr std::size_t kBodyIdBytes = 100;            // of the same characters as a partition's name
inline constexpr std::size_t kKeyBytes = 512;               // 1 at least; no NUL; bytewise order
inline constexpr char kReserved = '~';                      // keys that start so are the agenda's and the handoffs'
inline constexpr std::size_t kBatchBytes = 4UL << 20;       // keys, values and bodies of a batch together
inline constexpr std::size_t kBatchRows = 5000;             // expect + put + del
inline constexpr std::size_t kScanRows = 1024;
inline constexpr std::size_t kPartitionRows = 100'000;
inline constexpr std::size_t kPieceBytes = 1UL << 20;       // of a body, per body_put or in a batch
inline constexpr std::size_t kGetKeys = 1024;
inline constexpr std::size_t kReadBytes = 4UL << 20;        // of rows by a scan, of a body by a body_get

struct Row {
  std::string key;
  std::string value;  // never empty
  bool operator==(const Row&) const = default;
};

struct Got {
  std::vector<std::optional<std::string>> values;  // in the order of the keys asked for
  Version version = 0;
};

struct Scanned {
  std::vector<Row> rows;  // ascending
  bool more = false;      // ask again after the last key
  Version version = 0;
};

struct Expect {
  std::string key;
  std::optional<std::string> value;  // nothing: the row must be absent
};

struct Body {
  std::string id;
  std::string bytes;
};

// A key may stand in `expect` and in one of `put` and `del`; twice in one list, or in both of these, is a defect of the
// caller and stops the process, as does any limit overstepped but kPartitionRows (limits.h). A batch without any row or
// body to write is a fence: it writes the version alone.
struct Batch {
  std::vector<Expect> expect;
  std::vector<Row> put;
  std::vector<std::string> del;  // absent rows too
  std::vector<Body> bodies;      // whole bodies of at most 1 MiB, written with the batch or not at all

  bool empty() const { return put.empty() && del.empty() && bodies.empty(); }
  std::size_t rows() const { return expect.size() + put.size() + del.size(); }
  std::size_t bytes() const;  // all ids, keys, values and bodies
};

enum class Outcome {
  Committed,    // durable, and seen by every read from now on
  Conflict,     // an expectation did not hold; nothing was written
  Unknown,      // may or may not have been, or may yet be, written: settle, re-read, then decide (settle.h)
  Unavailable,  // nothing was written; the engine can't write now
  Full,         // nothing was written; the partition would hold more than kPartitionRows
};
std::string_view outcome_name(Outcome outcome);

struct Committed {
  Outcome outcome = Outcome::Unavailable;
  Version version = 0;  // the partition's, after the batch; only where Committed
};

// Held by one holder at a time; each acquisition has a greater epoch than all before it.
struct Lease {
  std::string name;
  std::string holder;
  std::uint64_t epoch = 0;
};

struct Usage {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // keys and values, without bodies
};

// Ends a subscription when destroyed.
class Subscription {
 public:
  virtual ~Subscription() = default;
};

// All calls are made on, and resume on, the loop that the handle was asked for (Store::on). A caller that is destroyed
// while it waits takes nothing back: what it asked for may happen or not.
//
// Reads show only what is durable, and all that was acknowledged before they were asked. They fail with Fault::Busy
// (unavailable now) or Fault::Broken (damaged). Concurrent commits take place in any order, each whole.
class Engine {
 public:
  virtual ~Engine() = default;

  // At most kGetKeys keys.
  virtual io::Task<Result<Got>> get(Partition partition, std::vector<std::string> keys) = 0;

  // Rows whose key starts with `prefix` and is greater than `after` (empty: from the first), at most `limit`
  // (1..kScanRows), at most 4 MiB but at least one row. One call is one consistent view; two calls are not.
  virtual io::Task<Result<Scanned>> scan(Partition partition, std::string prefix, std::string after,
                                         std::size_t limit) = 0;

  // After Unknown, once any later commit on the partition is Committed, the unknown one has been written or never
  // will be.
  virtual io::Task<Committed> commit(Partition partition, Batch batch) = 0;

  // Bodies are immutable: a piece put twice has the same bytes. Pieces are numbered from 0 and all but the last
  // hold kPieceBytes. body_put resumes when the piece is as durable as a commit; Busy: it may be written or not, and may
  // be put again.
  virtual io::Task<Result<>> body_put(std::string id, std::uint32_t piece, std::string bytes) = 0;
  // Up to `length` bytes from `offset`, fewer only at the body's end (and at most 4 MiB). NotFound where there is none.
  virtual io::Task<Result<std::string>> body_get(std::string id, std::uint64_t offset, std::size_t length) = 0;
  virtual io::Task<Result<>> body_del(std::string id) = 0;  // absent is fine

  // A lossy wake-up, never the truth. `on_ring` and `on_lost` (rings may have been missed: look) run on this
  // handle's loop.
  virtual void bell_ring(std::string topic) = 0;
  virtual std::unique_ptr<Subscription> bell_listen(std::string topic, std::function<void()> on_ring,
                                                    std::function<void()> on_lost) = 0;

  // Conflict where another holder has it. A holder that has it gets it again with a new epoch.
  virtual io::Task<Result<Lease>> lease_acquire(std::string name, std::string holder, std::chrono::milliseconds ttl) = 0;
  virtual io::Task<Result<>> lease_renew(Lease lease, std::chrono::milliseconds ttl) = 0;  // Conflict: lost
  virtual io::Task<Result<>> lease_release(Lease lease) = 0;

  // Its rows; never bodies. Absent is fine; Busy: dropped or not, try again. Nothing else may write to it by then.
  virtual io::Task<Result<>> drop_partition(Partition partition) = 0;
  virtual io::Task<Result<Usage>> usage(Partition partition) = 0;
};

// An open store: one handle for each loop. Must outlive the handles' users, and be outlived by the loops.
class Store {
 public:
  virtual ~Store() = default;
  virtual Engine& on(io::Loop& loop) = 0;  // the same handle for the same loop
};

}  // namespace postroad::store
