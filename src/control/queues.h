#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "control/change.h"
#include "io/task.h"

namespace postroad::control {

struct Core;

// A client's part of a queue. A client is a company that asked, or one of its bulk jobs.
struct ClientView {
  std::string client;  // its id: a company's, `company/job`, or empty for the operator
  std::string name;    // `north.adm`, `north.adm/job`, `operator`
  std::string cluster;
  std::uint64_t queued = 0;    // changes accepted and not settled
  bool is_held = false;
  std::uint64_t per_hour = 0;  // to which it is slowed; 0: it is not
};

// A cluster's queue, as operators see it.
struct QueueView {
  std::string cluster;
  bool is_paused = false;
  bool is_reachable = false;
  std::uint64_t length = 0;  // changes accepted and not settled
  std::uint64_t in_feed = 0;  // of those: handed to the cluster, or about to be
  std::chrono::microseconds age{0};  // of the oldest
  std::uint64_t acknowledged = 0;    // the feed's position up to which all is settled
  double per_second = 0;             // settled while there is something to settle, lately; 0: not known
  std::optional<std::chrono::seconds> drains_in;  // at that rate; nothing while paused, away, or not known
  std::vector<ClientView> heaviest;  // at most kHeaviest
};
inline constexpr std::uint64_t kHeaviest = 5;

// Which changes. What is empty matches all.
struct QueueFilter {
  std::string cluster;
  std::optional<std::string> client;  // ClientView::client or ClientView::name
  std::string kind;                   // `account.put`
  std::string domain;                 // a name: itself and the addresses in it
  std::chrono::seconds older_than{0};
};

// What a cancellation would do, or does.
struct CancelView {
  std::string id;                // empty: it was a question only
  std::uint64_t matched = 0;     // by the filter, and not too late
  std::uint64_t dependents = 0;  // others, that depend on those and go with them
  std::uint64_t others = 0;      // of the dependents: of other clients
  std::uint64_t too_late = 0;    // in the feed
  std::uint64_t cancelled = 0;   // so far
  bool is_done = false;
  std::string failure;           // why it ended before its end; empty: it did not
};

// What an operator did.
struct LeverView {
  Time at;
  std::string actor;
  std::string action;  // `pause`, `resume`, `hold`, `throttle`, `release`, `cancel`, `retry`
  std::string target;
  std::string detail;
};

// A part of the history or of what waits, and the place to go on from; 0: there is no more.
struct ChangesPage {
  std::vector<ChangeView> rows;
  std::int64_t next = 0;
};

// The operators' levers. A caller that is no operator is Refused, code NOT_ALLOWED.
class Queues {
 public:
  explicit Queues(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  // By name. Its gauges are set besides.
  io::Task<Result<std::vector<QueueView>>> state();
  // While paused nothing goes to the cluster; requests are accepted and answered `queued`. Survives a restart.
  // NotFound, code NO_CLUSTER.
  io::Task<Result<>> pause(std::string cluster);
  io::Task<Result<>> resume(std::string cluster);
  // What waits, oldest first.
  io::Task<Result<std::vector<ChangeView>>> list(std::string cluster, std::uint64_t most);

  // Who has something waiting, or a rule; the heaviest first.
  io::Task<Result<std::vector<ClientView>>> clients(Caller caller, std::uint64_t most);
  // Nothing of the client's goes out, but what others wait for, until it is released; its requests are accepted.
  // NotFound, code NO_COMPANY. Survives a restart, as the next two do.
  io::Task<Result<>> hold(Caller caller, std::string client);
  // So many changes an hour, 1 at least, for each cluster.
  io::Task<Result<>> throttle(Caller caller, std::string client, std::uint64_t per_hour);
  io::Task<Result<>> release(Caller caller, std::string client);

  // What waits, oldest first, from a page's `next` on.
  io::Task<Result<ChangesPage>> find(Caller caller, QueueFilter filter, std::int64_t from, std::uint64_t most);
  // What is settled, newest first. A page may be short, or empty, although there is more.
  io::Task<Result<ChangesPage>> history(Caller caller, QueueFilter filter, std::int64_t from, std::uint64_t most);

  // What cancel() would do now.
  io::Task<Result<CancelView>> plan_cancel(Caller caller, QueueFilter filter);
  // Begins to cancel: in many small transactions, the newest first, so that what is left is right at each moment. At most one
  // at a time: Conflict. What a crash leaves undone is still queued.
  io::Task<Result<CancelView>> cancel(Caller caller, QueueFilter filter);
  // The newest ones, the last first.
  io::Task<Result<std::vector<CancelView>>> cancellations(Caller caller);

  // Asks again for what was refused or cancelled: Conflict where what it is about has changed since. NotFound, code
  // NO_CHANGE, where it is none of these, or too long ago.
  io::Task<Result<Receipt>> retry(Caller caller, std::string change);

  // What operators did, newest first.
  io::Task<Result<std::vector<LeverView>>> levers(Caller caller, std::uint64_t most);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace postroad::control
