#include "control/round.h"

#include <algorithm>

#include "base/check.h"
#include "base/mutant.h"
#include "control/queue.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

using sql::Connection;

constexpr auto kIdle = static_cast<std::int64_t>(Standing::Idle);
constexpr auto kHeld = static_cast<std::int64_t>(Standing::Held);

constexpr std::int64_t kQuantum = 8;
constexpr std::int64_t kFloodQuantum = 2;
constexpr std::int64_t kJobQuantum = 1;
constexpr std::int64_t kMicros = 1'000'000;

// A share at the end of the round.
constexpr std::string_view kEnter =
    "UPDATE shares SET standing = 1, turn = (SELECT coalesce(max(turn), 0) + 1 FROM shares WHERE cluster = $1 AND standing = 1) "
    "WHERE cluster = $1 AND client = $2 AND standing = 0";

// A share of a client that has nothing waiting yet.
constexpr std::string_view kNewShare =
    "INSERT INTO shares (cluster, client, queued, standing, turn, deficit, is_served, used_until) VALUES ($1, $2, 0, "
    "CASE WHEN EXISTS (SELECT 1 FROM client_rules WHERE client = $2 AND is_held = 1) THEN 3 ELSE 0 END, 0, 0, 0, 0) "
    "ON CONFLICT (cluster, client) DO NOTHING";

struct Share {
  std::string client;
  std::int64_t queued = 0;
  std::int64_t deficit = 0;
  bool is_served = false;
  std::int64_t used_until = 0;
  std::int64_t per_hour = 0;
};

struct Head {
  std::int64_t seq = 0;
  bool is_sealed = false;
};

// One filling of one feed.
class Filler {
 public:
  Filler(Connection& connection, const Filling& filling) : sql_(connection), filling_(filling) {}

  Result<Filled> run() {
    TRY(const auto fed, sql::run_one(sql_, "SELECT count(*) FROM queue WHERE cluster = $1 AND stage = 2", {filling_.cluster}));
    room_ = filling_.most - fed[0].number();
    TRY(const auto last, sql::run_one(sql_, "SELECT last_position FROM clusters WHERE name = $1", {filling_.cluster}));
    const auto before = position_ = last[0].number();
    TRY_OK(take_hashed());
    TRY_OK(wake());
    if (filling_.is_fair) TRY_OK(go_round());
    else TRY_OK(take_oldest());
    if (position_ > before) TRY_OK(sql_.run("UPDATE clusters SET last_position = $1 WHERE name = $2", {position_, filling_.cluster}));
    return std::move(filled_);
  }

 private:
  Result<> feed(std::int64_t seq) {
    --room_;
    TRY_OK(sql_.run("UPDATE queue SET stage = 2, position = $1 WHERE seq = $2", {++position_, seq}));
    return {};
  }

  Result<> take_hashed() {
    if (room_ <= 0) return {};
    TRY(const auto rows, sql_.run("SELECT seq FROM queue WHERE cluster = $1 AND stage = 4 ORDER BY seq LIMIT $2", {filling_.cluster, room_}));
    for (const auto& row : rows) TRY_OK(feed(row[0].number()));
    TRY(const auto hashing, sql::run_one(sql_, "SELECT count(*) FROM queue WHERE cluster = $1 AND stage = 3", {filling_.cluster}));
    hashing_ = hashing[0].number();
    return {};
  }

  // Those whose time has come go to the end of the round, the earliest first. A time further off than one change's is of a
  // clock that has gone back since.
  Result<> wake() {
    TRY(const auto rows, sql_.run("SELECT s.client FROM shares s LEFT JOIN client_rules r ON r.client = s.client WHERE s.cluster = $1 AND s.standing = 2 "
                                  "AND (s.turn <= $2 OR s.turn > $2 + $3 / coalesce(r.per_hour, 1) + 1) ORDER BY s.turn",
                                  {filling_.cluster, to_number(filling_.now), 3600 * kMicros}));
    for (const auto& row : rows) {
      TRY_OK(sql_.run("UPDATE shares SET standing = 0 WHERE cluster = $1 AND client = $2", {filling_.cluster, row[0].text()}));
      TRY_OK(sql_.run(kEnter, {filling_.cluster, row[0].text()}));
    }
    TRY(const auto next, sql::run_one(sql_, "SELECT min(turn) FROM shares WHERE cluster = $1 AND standing = 2", {filling_.cluster}));
    if (!next[0].is_null()) wakes_at(next[0].number());
    return {};
  }
  void wakes_at(std::int64_t at) { filled_.wakes_at = std::min(filled_.wakes_at.value_or(Time::max()), to_time(at)); }

  // `stage` is compared so that the index by acceptance is used.
  Result<> take_oldest() {
    if (room_ <= 0) return {};
    TRY(const auto rows, sql_.run("SELECT seq, sealed FROM queue WHERE cluster = $1 AND stage > 0 AND stage < 2 AND client NOT IN "
                                  "(SELECT client FROM client_rules WHERE is_held = 1) ORDER BY seq LIMIT $2", {filling_.cluster, room_}));
    for (const auto& row : rows) {
      const Head head{row[0].number(), row[1].number() != 0};
      if (head.is_sealed && hashing_ >= kHashingMost) return {};
      TRY_OK(take(head));
    }
    return {};
  }

  Result<> go_round() {
    while (room_ > 0) {
      TRY(const auto rows, sql_.run("SELECT s.client, s.queued, s.deficit, s.is_served, s.used_until, coalesce(r.per_hour, 0) FROM shares s "
                                    "LEFT JOIN client_rules r ON r.client = s.client WHERE s.cluster = $1 AND s.standing = 1 "
                                    "ORDER BY s.turn LIMIT 1", {filling_.cluster}));
      if (rows.empty()) return {};
      const auto& row = rows[0];
      TRY_OK(serve({row[0].text(), row[1].number(), row[2].number(), row[3].number() != 0, row[4].number(), row[5].number()}));
    }
    return {};
  }

  // One turn. A turn that ends since the feed is full goes on in the next filling.
  Result<> serve(Share share) {
    if (!share.is_served) share.deficit += quantum_of(share.client, share.queued);
    const auto allowed = tokens(share);
    if (allowed == 0) return sleep(share);
    const auto most = std::min({room_, share.deficit, allowed});
    TRY(const auto heads, heads_of(share.client, most));
    std::int64_t taken = 0;
    bool is_blocked = false;
    for (const auto& head : heads) {
      const auto cost = head.is_sealed ? kHashCost : 1;
      if (cost > share.deficit || room_ <= 0) break;
      is_blocked = head.is_sealed && hashing_ >= kHashingMost;
      if (is_blocked) break;
      TRY_OK(take(head));
      share.deficit -= cost;
      ++taken;
    }
    use(share, taken);
    if (is_blocked) return block(share);
    if (taken == std::ssize(heads) && taken < most) {
      share.deficit = 0;
      return leave(share, Standing::Idle, 0);
    }
    if (room_ <= 0 && share.deficit > 0) return stay(share);
    return go_to_end(share);
  }

  Result<> take(const Head& head) {
    if (!head.is_sealed) return feed(head.seq);
    ++hashing_;
    filled_.to_hash.push_back(head.seq);
    TRY_OK(sql_.run("UPDATE queue SET stage = 3 WHERE seq = $1", {head.seq}));
    return {};
  }

  // Its own and those that it pulled forward, oldest first.
  Result<std::vector<Head>> heads_of(const std::string& client, std::int64_t most) {
    TRY(auto rows, sql_.run("SELECT seq, sealed FROM queue WHERE cluster = $1 AND client = $2 AND stage = 1 ORDER BY seq LIMIT $3",
                            {filling_.cluster, client, most}));
    TRY(const auto pulled, sql_.run("SELECT seq FROM pulled WHERE cluster = $1 AND client = $2 AND is_ready = 1 ORDER BY seq LIMIT $3",
                                    {filling_.cluster, client, most}));
    std::vector<Head> made;
    for (const auto& row : rows) made.push_back({row[0].number(), row[1].number() != 0});
    for (const auto& row : pulled) {
      TRY(const auto found, sql_.run("SELECT sealed FROM queue WHERE seq = $1 AND stage = 1", {row[0].number()}));
      if (found.empty()) TRY_OK(sql_.run("DELETE FROM pulled WHERE seq = $1", {row[0].number()}));  // it went out with the other
      else made.push_back({row[0].number(), found[0][0].number() != 0});
    }
    std::ranges::sort(made, {}, &Head::seq);
    made.erase(std::ranges::unique(made, {}, &Head::seq).begin(), made.end());
    // More may follow where either list is cut.
    if (std::ssize(made) > most) made.resize(static_cast<std::size_t>(most));
    return made;
  }

  // How many changes a slowed client may have now. What it did not use is kept for a second, or for one change.
  std::int64_t tokens(const Share& share) const {
    if (share.per_hour == 0) return INT64_MAX;
    return (to_number(filling_.now) - earliest_use(share)) / interval(share);
  }
  static std::int64_t interval(const Share& share) { return std::max<std::int64_t>(3600 * kMicros / share.per_hour, 1); }
  std::int64_t earliest_use(const Share& share) const {
    const auto now = to_number(filling_.now);
    return std::clamp(share.used_until, now - std::max(kMicros, interval(share)), now);  // later than now: the clock has gone back
  }
  void use(Share& share, std::int64_t taken) const {
    if (share.per_hour > 0) share.used_until = earliest_use(share) + taken * interval(share);
  }

  Result<> sleep(Share& share) {
    share.used_until = earliest_use(share);
    const auto until = share.used_until + interval(share);
    wakes_at(until);
    return leave(share, Standing::Asleep, until);
  }
  // Behind those that are blocked already.
  Result<> block(const Share& share) {
    TRY(const auto last, sql::run_one(sql_, "SELECT coalesce(max(turn), 0) FROM shares WHERE cluster = $1 AND standing = 4", {filling_.cluster}));
    return leave(share, Standing::Blocked, last[0].number() + 1);
  }
  Result<> leave(const Share& share, Standing standing, std::int64_t turn) {
    TRY_OK(sql_.run("UPDATE shares SET standing = $3, turn = $4, deficit = $5, is_served = 0, used_until = $6 WHERE cluster = $1 AND client = $2",
                    {filling_.cluster, share.client, static_cast<std::int64_t>(standing), turn, share.deficit, share.used_until}));
    return {};
  }
  Result<> stay(const Share& share) {
    TRY_OK(sql_.run("UPDATE shares SET deficit = $3, is_served = 1, used_until = $4 WHERE cluster = $1 AND client = $2",
                    {filling_.cluster, share.client, share.deficit, share.used_until}));
    return {};
  }
  Result<> go_to_end(const Share& share) {
    TRY_OK(leave(share, Standing::Idle, 0));
    TRY_OK(sql_.run(kEnter, {filling_.cluster, share.client}));
    return {};
  }

  Connection& sql_;
  const Filling& filling_;
  Filled filled_;
  std::int64_t room_ = 0;
  std::int64_t position_ = 0;
  std::int64_t hashing_ = 0;
};

}  // namespace

std::string job_client(std::string_view company, std::string_view job) { return std::string(company) + "/" + std::string(job); }
bool is_job(std::string_view client) { return client.contains('/'); }

std::int64_t quantum_of(std::string_view client, std::int64_t queued) {
  if (is_job(client)) return kJobQuantum;
  return queued > kFloodQueued ? kFloodQuantum : kQuantum;
}

Result<> enter_round(Connection& connection, const std::string& cluster, const std::string& client) {
  TRY_OK(connection.run(kEnter, {cluster, client}));
  return {};
}

Result<> open_share(Connection& connection, const std::string& cluster, const std::string& client) {
  TRY_OK(connection.run(kNewShare, {cluster, client}));
  return {};
}

Result<Joined> join_share(Connection& connection, const std::string& cluster, const std::string& client, bool is_eligible) {
  constexpr std::string_view kJoin = "UPDATE shares SET queued = queued + 1 WHERE cluster = $1 AND client = $2 RETURNING queued, standing";
  TRY(auto rows, connection.run(kJoin, {cluster, client}));
  if (rows.empty()) {
    TRY_OK(connection.run(kNewShare, {cluster, client}));
    TRY(rows, connection.run(kJoin, {cluster, client}));
    check(!rows.empty(), "a share that was made is there");
  }
  if (is_eligible && rows[0][1].number() == kIdle) TRY_OK(connection.run(kEnter, {cluster, client}));
  return Joined{rows[0][0].number(), rows[0][1].number() == kHeld};
}

Result<> became_eligible(Connection& connection, std::int64_t seq, const std::string& cluster, const std::string& client) {
  TRY_OK(connection.run(kEnter, {cluster, client}));
  TRY(const auto pullers, connection.run("UPDATE pulled SET is_ready = 1 WHERE seq = $1 RETURNING client", {seq}));
  for (const auto& row : pullers) TRY_OK(connection.run(kEnter, {cluster, row[0].text()}));
  return {};
}

Result<Filled> fill_feed(Connection& connection, const Filling& filling) {
  std::vector<std::string> clusters;
  TRY_OK(explore_pulled(connection, clusters));
  TRY(auto filled, Filler(connection, filling).run());
  filled.clusters = std::move(clusters);
  return filled;
}

Result<> became_hashed(Connection& connection, std::int64_t seq, const std::string& cluster) {
  TRY_OK(connection.run("UPDATE queue SET stage = 4, sealed = 0 WHERE seq = $1 AND stage = 3", {seq}));
  return unblock(connection, cluster);
}

Result<> unblock(Connection& connection, const std::string& cluster) {
  TRY(const auto rows, connection.run("SELECT client FROM shares WHERE cluster = $1 AND standing = 4 ORDER BY turn, client LIMIT 1", {cluster}));
  for (const auto& row : rows) {
    TRY_OK(connection.run("UPDATE shares SET standing = 0 WHERE cluster = $1 AND client = $2", {cluster, row[0].text()}));
    TRY_OK(connection.run(kEnter, {cluster, row[0].text()}));
  }
  return {};
}

// Who has something eligible again is not looked for: it turns out.
Result<> forget_hashing(Connection& connection) {
  TRY_OK(connection.run("UPDATE queue SET stage = 1 WHERE stage = 3"));
  TRY_OK(connection.run("UPDATE shares SET standing = 1, turn = 0 WHERE standing IN (0, 4)"));
  if (POSTROAD_MUTANT(hold_forgotten)) TRY_OK(connection.run("UPDATE shares SET standing = 1, turn = 0 WHERE standing = 3"));
  return {};
}

Result<> forget_cancelling(Connection& connection) {
  TRY_OK(connection.run("UPDATE queue SET stage = CASE WHEN edges > 0 OR cluster = '' THEN 0 ELSE 1 END WHERE stage = 5"));
  TRY_OK(connection.run("UPDATE shares SET standing = 1, turn = 0 WHERE standing = 0"));
  return {};
}

Result<std::vector<std::string>> set_rule(Connection& connection, const std::string& client, const ClientRule& rule, Time now, const std::string& actor) {
  if (rule.is_held || rule.per_hour > 0)
    TRY_OK(connection.run("INSERT INTO client_rules (client, is_held, per_hour, set_at, set_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (client) "
                          "DO UPDATE SET is_held = excluded.is_held, per_hour = excluded.per_hour, set_at = excluded.set_at, set_by = excluded.set_by",
                          {client, rule.is_held, rule.per_hour, to_number(now), actor}));
  else TRY_OK(connection.run("DELETE FROM client_rules WHERE client = $1", {client}));

  std::vector<std::string> clusters;
  TRY(const auto rows, connection.run("SELECT cluster FROM shares WHERE client = $1 ORDER BY cluster", {client}));
  for (const auto& row : rows) {
    clusters.push_back(row[0].text());
    TRY_OK(connection.run("UPDATE shares SET standing = $3, turn = 0, is_served = 0 WHERE cluster = $1 AND client = $2",
                          {clusters.back(), client, rule.is_held ? kHeld : kIdle}));
    if (!rule.is_held) TRY_OK(connection.run(kEnter, {clusters.back(), client}));
  }
  return clusters;
}

}  // namespace postroad::control
