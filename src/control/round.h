#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "sql/database.h"

// Whose turn it is in a cluster's feed: deficit round robin over clients. A client is a company that asked, or one of its
// bulk jobs; its share of a cluster's feed is a row of `shares`. In each turn it gets a quantum to spend; a change costs
// one, or kHashCost where a password has to be hashed first. What it can't spend in a turn it keeps for the next one, as
// long as it has something to hand out.
//
// A change that waits for another client's pulls those forward: they are in both clients' shares, and go out with
// whichever comes first, on its account. That holds too where the other client is held.
//
// All of it is in the database, so that a crash loses nothing of the round; every move works within the caller's
// transaction, and costs the same however much waits and however many clients have something waiting.
namespace postroad::control {

// Where a share stands.
enum class Standing : std::int64_t {
  Idle = 0,     // nothing of it is eligible
  Ready = 1,    // in the round, at `turn`; it may turn out that nothing is eligible
  Asleep = 2,   // slowed: until the time `turn`
  Held = 3,     // by an operator
  Blocked = 4,  // its next one has a password to hash, and too many are being hashed; it is the `turn`-th of those
};

inline constexpr std::int64_t kHashCost = 16;     // about as many changes as a cluster applies meanwhile
inline constexpr std::int64_t kHashingMost = 8;   // of one cluster's changes at a time
inline constexpr std::int64_t kFloodQueued = 1000;

// What a client may spend in a turn: the fewer it has waiting the more, and a bulk job least.
std::int64_t quantum_of(std::string_view client, std::int64_t queued);

// The client's bulk job as a client of its own.
std::string job_client(std::string_view company, std::string_view job);
bool is_job(std::string_view client);

// The client has one change more waiting for the cluster. How many it has then, and whether it is held.
struct Joined {
  std::int64_t queued = 0;
  bool is_held = false;
};
Result<Joined> join_share(sql::Connection& connection, const std::string& cluster, const std::string& client, bool is_eligible);

// The change waits for nothing any more.
Result<> became_eligible(sql::Connection& connection, std::int64_t seq, const std::string& cluster, const std::string& client);

// The client needs that unsettled change of another: it and what it waits for get into the client's share. The clusters for
// which something is ready now are added to `clusters`.
Result<> pull_forward(sql::Connection& connection, const std::string& client, std::int64_t seq, std::vector<std::string>& clusters);

// Goes on with what pull_forward() left for later: it looks at a bounded number of changes.
Result<> explore_pulled(sql::Connection& connection, std::vector<std::string>& clusters);
// A share that stands idle gets its place at the end of the round.
Result<> enter_round(sql::Connection& connection, const std::string& cluster, const std::string& client);
// Makes the client's share, where it has none.
Result<> open_share(sql::Connection& connection, const std::string& cluster, const std::string& client);

// How a feed is filled.
struct Filling {
  std::string cluster;
  std::int64_t most = 0;  // changes that the feed may hold
  bool is_fair = true;    // false: in the order of acceptance
  Time now;
};
struct Filled {
  std::vector<std::int64_t> to_hash;   // changes whose passwords are to be hashed now
  std::vector<std::string> clusters;   // others for which something became ready
  std::optional<Time> wakes_at;        // when a client that is slowed may go on
};
// Gives what is eligible its place in the cluster's feed, as far as it has room.
Result<Filled> fill_feed(sql::Connection& connection, const Filling& filling);

// The change's password is hashed: it is in the feed next, and others may be hashed.
Result<> became_hashed(sql::Connection& connection, std::int64_t seq, const std::string& cluster);
// There is room for one more to be hashed.
Result<> unblock(sql::Connection& connection, const std::string& cluster);
// After a start: nothing is being hashed.
Result<> forget_hashing(sql::Connection& connection);
// A cancellation has ended, one way or another: what it kept out of the feed and did not take back waits as before.
Result<> forget_cancelling(sql::Connection& connection);

// Sets a rule for a client, or takes it away: held; at most so many changes an hour (0: any number). The clusters for which
// something may be ready now.
struct ClientRule {
  bool is_held = false;
  std::uint64_t per_hour = 0;
};
Result<std::vector<std::string>> set_rule(sql::Connection& connection, const std::string& client, const ClientRule& rule, Time now, const std::string& actor);

}  // namespace postroad::control
