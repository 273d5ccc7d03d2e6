#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "control/condition.h"
#include "control/search.h"
#include "sql/database.h"

// Pages of users that an index has in order. user_search.h
namespace postroad::control {

// Users of one domain that stand behind each other in the order asked for. Streams are read together: each is a condition
// of which an index has the rows in order.
struct Segment {
  std::string domain;              // its id
  std::string columns = "u.folded";  // of `users u`, the order; the last one names the user in its domain: `u.folded` or `u.id`
  Condition arguments = {};        // of all streams
  std::vector<std::string> streams = {};  // conditions
  std::uint64_t count = 0;
  bool is_sparse = false;          // few, of which no index has the order: they are found, then sorted

  // A stream of what was added to the arguments' condition since the last one.
  void add_stream() { streams.push_back(arguments.take_text()); }
};

// A user by what the index has of it.
struct UserKey {
  std::string domain;
  std::string column;
  std::string value;
};
struct UserKeys {
  std::vector<UserKey> rows;
  std::uint64_t total = 0;
  bool is_exact = true;
};

// Of segments whose counts are known: whole ones are passed over by them, and of a far-off page the nearer end is read.
Result<UserKeys> read_segments(sql::Connection& connection, std::vector<Segment> segments, bool is_descending, const Range& range);
// Of those that match a pattern (and the columns are `u.folded`'s): they are counted on the way, up to `most` in each segment.
Result<UserKeys> read_matching(sql::Connection& connection, std::vector<Segment> segments, bool is_descending, const Range& range, std::uint64_t most);

}  // namespace postroad::control
