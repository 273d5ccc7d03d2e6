#include "status/board.h"

#include <algorithm>

#include "base/text.h"

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
  const bool was_known = standing(component, now).is_known;
  entry.failures = finding == Finding::Failed ? entry.failures + 1 : 0;
  entry.found = finding == Finding::Good                              ? State::Online
                : entry.failures >= options_.failures_until_offline ? State::Offline
                                                                      : State::Degraded;
  entry.checked = now;
  entry.reason = std::move(reason);
  return settle(entry, before, now) || !was_known;
}

bool Board::say(const Component& component, std::optional<State> state, Time now) {
  const auto at = entries_.find(component);
  if (at == entries_.end()) return false;
  auto& entry = at->second;
  const auto before = entry.shown();
  entry.said = state;
  return settle(entry, before, now);
}

Standing Board::standing(const Component& component, Time now) const {
  const auto at = entries_.find(component);
  if (at == entries_.end()) return {};
  const auto& entry = at->second;
  const bool was_checked = entry.checked != Time{} && now - entry.checked <= options_.silence_most;
  return {entry.shown(), entry.said.has_value() || was_checked, entry.said.has_value(), entry.since, entry.checked, entry.reason};
}

State Board::worst(std::string_view cluster, Time now) const {
  auto worst = State::Online;
  for (const auto& component : components_) {
    if (!holds(cluster, component)) continue;
    if (const auto it = standing(component, now); it.is_known) worst = std::max(worst, it.state);
  }
  return worst;
}

std::optional<State> Board::overall(std::string_view cluster, Time now) const {
  bool is_all_known = true;
  bool is_all_offline = true;
  for (const auto& component : components_) {
    if (!holds(cluster, component)) continue;
    const auto it = standing(component, now);
    is_all_known = is_all_known && it.is_known;
    is_all_offline = is_all_offline && it.is_known && it.state == State::Offline;
  }
  const auto worst = this->worst(cluster, now);
  if (components_.empty() || (worst == State::Online && !is_all_known)) return std::nullopt;
  return worst == State::Offline && !is_all_offline ? State::Degraded : worst;
}

std::string Board::save() const {
  std::string made;
  for (const auto& [component, entry] : entries_)
    made += component.id() + " " + std::string(statuspage_text(entry.found)) + " " + std::to_string(entry.failures) + " " +
            std::to_string(entry.since.time_since_epoch().count()) + " " + std::to_string(entry.checked.time_since_epoch().count()) + "\n";
  return made;
}

void Board::restore(std::string_view saved) {
  for (const auto line : split(saved, '\n')) {
    const auto parts = split(line, ' ');
    if (parts.size() != 5) continue;
    const auto at = std::ranges::find(components_, parts[0], &Component::id);
    const auto found = parse_state(parts[1]);
    const auto failures = parse_number(parts[2], INT32_MAX);
    const auto since = parse_number(parts[3], INT64_MAX);
    const auto checked = parse_number(parts[4], INT64_MAX);
    if (at == components_.end() || !found || !failures || !since || !checked) continue;
    auto& entry = entries_.at(*at);
    entry.found = *found;
    entry.failures = static_cast<int>(*failures);
    entry.since = Time(Time::duration(*since));
    entry.checked = Time(Time::duration(*checked));
  }
}

}  // namespace postroad::status
