#pragma once

#include <string>
#include <vector>

#include "base/id.h"
#include "control/change.h"
#include "sql/database.h"

namespace postroad::control {

// Where an unsettled change stands, as its row in the queue holds it.
enum class Stage : std::int64_t {
  Waiting = 0,   // for changes that it depends on
  Eligible = 1,  // to be handed to its cluster
  Fed = 2,       // has its position in the cluster's feed
  Hashing = 3,   // its turn has come, and its password is being hashed
  Hashed = 4,    // enters the feed next: it has had its turn
  Cancelling = 5,  // kept out of the feed while its many dependents are taken back
};

// What became of a change.
struct Outcome {
  std::string change;
  std::string cluster;  // empty: control alone
  std::string client;
  std::string kind;
  ChangeState state = ChangeState::Applied;
  std::string reason;
  std::int64_t queued_at = 0;
};

// What a move of the queue brought about.
struct Moved {
  std::vector<Outcome> outcomes;      // in the order of settling
  std::vector<std::string> clusters;  // for which something became eligible; each once
  std::size_t rows = 0;               // that were taken back
};

// The queue's moves, each within the caller's transaction. They append to `moved`.

// The change `seq` is applied. What waited for it alone becomes eligible; of that, what concerns control alone is
// applied too, and so on.
Result<> settle_applied(sql::Connection& connection, std::int64_t seq, Time now, Moved& moved);

// The change `seq` will not happen. It and everything that depends on it is taken back: the rows are what they were
// before the first of them.
// What can be asked for again (Queues::retry) is kept for a while.
Result<> take_back(sql::Connection& connection, std::int64_t seq, ChangeState state, std::string reason, Time now, Moved& moved);

// Whether the change and all that depend on it are more than `most`.
Result<bool> has_closure_over(sql::Connection& connection, std::int64_t seq, std::size_t most);

}  // namespace postroad::control
