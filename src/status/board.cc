#include "status/board.h"

#include <algorithm>

#include "base/check.h"

namespace postroad::status {

Board::Board(std::vector<Component> components, BoardOptions options) : components_(std::move(components)), options_(options) {
  for (const auto& component : components_) entries_[component] = {};
}

bool Board::settle(Entry& entry, State before, Time now) {
  if (entry.since == Time{}) entry.since = now;
  if (entry.shown() == before) return false;
  entry.since = now;
  return true;
}

bool Board::find(const Component& component, Finding finding, std::string reason, Time now) {
  auto& entry = entries_.at(component);
  const auto before = entry.shown();
  entry.failures = finding == Finding::Failed ? entry.failures + 1 : 0;
  entry.found = finding == Finding::Good                              ? State::Online
                : entry.failures >= options_.failures_until_offline ? State::Offline
                                                                      : State::Degraded;
  entry.checked = now;
  entry.reason = std::move(reason);
  return settle(entry, before, now);
}

bool Board::say(const Component& component, std::optional<State> state, Time now) {
  auto& entry = entries_.at(component);
  const auto before = entry.shown();
  entry.said = state;
  return settle(entry, before, now);
}

Standing Board::standing(const Component& component, Time now) const {
  const auto& entry = entries_.at(component);
  const bool was_checked = entry.checked != Time{} && now - entry.checked <= options_.silence_most;
  return {entry.shown(), entry.said.has_value() || was_checked, entry.said.has_value(), entry.since, entry.checked, entry.reason};
}

State Board::worst(std::string_view cluster, Time now) const {
  auto worst = State::Online;
  for (const auto& component : components_) {
    if (!cluster.empty() && component.cluster != cluster) continue;
    if (const auto it = standing(component, now); it.is_known) worst = std::max(worst, it.state);
  }
  return worst;
}

State Board::overall(std::string_view cluster, Time now) const {
  const auto worst = this->worst(cluster, now);
  const bool has_other = std::ranges::any_of(components_, [&](const auto& component) {
    return component.cluster == cluster && standing(component, now).state != State::Offline;
  });
  return worst == State::Offline && has_other ? State::Degraded : worst;
}

}  // namespace postroad::status
