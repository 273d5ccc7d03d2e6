#pragma once

#include <cstdint>
#include <vector>

#include "control/queues.h"
#include "sql/database.h"

namespace postroad::control {

// NotFound, code NO_COMPANY, where there is no such client.
Result<std::string> client_by_name(sql::Connection& connection, const std::string& name);
std::string client_name(sql::Connection& connection, const std::string& client);

// A change of the queue, as far as filters look at it.
struct Queued {
  std::int64_t seq = 0;
  std::int64_t stage = 0;
  std::string client;
};

// The changes of one stretch of the queue that match, oldest first; a stretch is a bounded number of rows, whatever matches.
struct Stretch {
  std::vector<Queued> rows;
  std::int64_t next = 0;  // where the following one begins; 0: that was the last one
};
Result<Stretch> match_queued(sql::Connection& connection, const QueueFilter& filter, std::int64_t from, Time now);

// The same of the history, newest first, from below `from` (0: the newest).
Result<ChangesPage> match_settled(sql::Connection& connection, const QueueFilter& filter, std::int64_t from, std::uint64_t most, Time now);

}  // namespace postroad::control
