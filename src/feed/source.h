#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "feed/change.h"
#include "io/loop.h"
#include "io/task.h"

namespace postroad::feed {

// How far control knows that a cluster has come.
struct Standing {
  std::string log;            // names this feed; another name after control was rebuilt from nothing. Never empty
  Position acknowledged = 0;  // everything up to here is settled
};

inline constexpr std::size_t kReportKeyBytes = 200;
inline constexpr std::size_t kReportValueBytes = 8UL << 10;

// An exact state that a cluster tells control: absolute, so repeats and reorder are harmless.
struct Report {
  std::string key;            // what it is about: `usage/a...`; at most kReportKeyBytes
  std::uint64_t version = 0;  // of two with one key the greater counts
  std::string value;          // the text of a JSON value, at most kReportValueBytes
  bool operator==(const Report&) const = default;
};

// Control's side of the feeds, behind the server. `cluster` is the name in the peer's certificate. Called on the
// server's loop, at most one call of each kind at a time for one cluster. A failure ends the connection; the
// cluster comes again.
class Source {
 public:
  virtual ~Source() = default;

  // NotFound where there is no such cluster.
  virtual io::Task<Result<Standing>> standing(std::string cluster) = 0;

  // The changes that follow `after`, at most `most`; none where there are none now (Server::ring tells when there
  // are). What was given once for `after` is given again, the same and in the same order, until it is acknowledged.
  virtual io::Task<Result<std::vector<Change>>> next(std::string cluster, Position after, std::size_t most) = 0;

  // Durable on return. Ascending by position. What is already settled comes again after a lost answer: ignore it.
  virtual io::Task<Result<>> settle(std::string cluster, std::vector<Settled> settled) = 0;

  // Durable on return. An older version than the one known is ignored.
  virtual io::Task<Result<>> report(std::string cluster, std::vector<Report> reports) = 0;
};

// A cluster's side, behind the client: what takes changes in. directory::Directory is one.
class Sink {
 public:
  virtual ~Sink() = default;

  // The name of the log that was applied so far; empty before the first batch.
  virtual std::string log() const = 0;
  // Everything up to here is durably decided.
  virtual Position position() const = 0;

  // Applies what is new in the batch, durably, and tells what became of each change: of those that it decided
  // before, too, as long as a later batch's `after` has not shown that control knows. Applied once however often
  // it comes. Conflict: `batch.after` is beyond position(), or the log is another. Busy: try again later.
  virtual io::Task<Result<std::vector<Settled>>> apply(std::string log, Batch batch) = 0;
};

// A cluster's side of calls. Handlers begin and end on the client's loop, several at a time, and outlive the connection.
class Calls {
 public:
  virtual ~Calls() = default;
  // `params` and the result are texts of JSON values. NotFound: no such method.
  virtual io::Task<Result<std::string>> call(std::string method, std::string params, io::Tick until) = 0;
};

}  // namespace postroad::feed
