#include <deque>

#include "control/queue.h"
#include "control/round.h"

namespace postroad::control {
namespace {

using sql::Connection;

constexpr std::size_t kWalk = 256;  // changes that one call looks at; the rest comes with the next fillings

struct Step {
  std::string client;
  std::int64_t seq = 0;
};

// Puts the change into the client's share. What it waits for itself, where it does, is walked to next.
Result<> take_step(Connection& connection, const Step& step, std::deque<Step>& next, std::vector<std::string>& clusters) {
  TRY(const auto rows, connection.run("SELECT cluster, stage FROM queue WHERE seq = $1", {step.seq}));
  if (rows.empty()) return {};
  const auto& cluster = rows[0][0].text();
  const auto stage = static_cast<Stage>(rows[0][1].number());
  if (stage != Stage::Waiting && stage != Stage::Eligible) return {};
  TRY(const auto made, connection.run("INSERT INTO pulled (client, seq, cluster, is_ready, is_explored) VALUES ($1, $2, $3, $4, 0) "
                                      "ON CONFLICT (client, seq) DO NOTHING RETURNING seq",
                                      {step.client, step.seq, cluster, stage == Stage::Eligible}));
  if (!made.empty()) next.push_back(step);
  if (cluster.empty()) return {};
  TRY_OK(open_share(connection, cluster, step.client));
  if (stage != Stage::Eligible) return {};
  TRY_OK(enter_round(connection, cluster, step.client));
  clusters.push_back(cluster);
  return {};
}

Result<> walk(Connection& connection, std::deque<Step> next, std::vector<std::string>& clusters) {
  for (std::size_t seen = 0; !next.empty() && seen < kWalk; ++seen) {
    const auto step = next.front();
    next.pop_front();
    TRY_OK(connection.run("UPDATE pulled SET is_explored = 1 WHERE client = $1 AND seq = $2", {step.client, step.seq}));
    TRY(const auto needs, connection.run("SELECT needs FROM edges WHERE change = $1", {step.seq}));
    for (const auto& row : needs) TRY_OK(take_step(connection, {step.client, row[0].number()}, next, clusters));
  }
  return {};
}

}  // namespace

Result<> pull_forward(Connection& connection, const std::string& client, std::int64_t seq, std::vector<std::string>& clusters) {
  std::deque<Step> next;
  TRY_OK(take_step(connection, {client, seq}, next, clusters));
  return walk(connection, std::move(next), clusters);
}

Result<> explore_pulled(Connection& connection, std::vector<std::string>& clusters) {
  TRY(const auto rows, connection.run("SELECT client, seq FROM pulled WHERE is_explored = 0 ORDER BY seq LIMIT $1", {kWalk}));
  if (rows.empty()) return {};
  std::deque<Step> next;
  for (const auto& row : rows) next.push_back({row[0].text(), row[1].number()});
  return walk(connection, std::move(next), clusters);
}

}  // namespace postroad::control
