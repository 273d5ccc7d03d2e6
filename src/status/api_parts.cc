#include "status/api_parts.h"

#include <algorithm>

#include "status/parts.h"

namespace postroad::status {
namespace json = boost::json;
namespace {

// Statuspage's word for how bad an incident is at its worst.
std::string_view impact(const Incident& incident) {
  switch (std::ranges::max_element(incident.updates, {}, &Update::state)->state) {
    case State::Online: return "none";
    case State::Degraded: return "minor";
    case State::InMaintenance: return "maintenance";
    case State::Offline: return "critical";
  }
  return "none";
}

std::string_view incident_status(const Incident& incident, State state) {
  if (incident.is_maintenance()) return state == State::Online ? "completed" : "in_progress";
  return state == State::Online ? "resolved" : "investigating";
}

// The components that an update speaks of, with what it made of them.
json::array affected(const Incident& incident, std::size_t index) {
  const auto before = index == 0 ? State::Online : incident.updates[index - 1].state;
  json::array all;
  for (const auto& component : incident.components)
    all.push_back(json::object{{"code", component.id()},
                               {"name", component.group() + " - " + std::string(service_text(component.service))},
                               {"old_status", statuspage_text(before)},
                               {"new_status", statuspage_text(incident.updates[index].state)}});
  return all;
}

json::object update_object(const Incident& incident, std::size_t index) {
  const auto& update = incident.updates[index];
  return {{"id", std::to_string(incident.number) + "-" + std::to_string(update.no)},
          {"incident_id", std::to_string(incident.number)},
          {"status", incident_status(incident, update.state)},
          {"body", update.text},
          {"created_at", iso_time(update.at)},
          {"updated_at", iso_time(update.at)},
          {"display_at", iso_time(update.at)},
          {"affected_components", affected(incident, index)},
          {"deliver_notifications", true},
          {"custom_tweet", nullptr},
          {"tweet_id", nullptr},
          {"x_update_no", update.no},
          {"x_state", state_text(update.state)}};
}

}  // namespace

std::string_view api_status(std::optional<State> state) { return statuspage_text(state.value_or(State::Degraded)); }

json::object component_fields(const Sight& sight, std::string_view id, std::string_view name, std::string_view status, Time updated, int position) {
  return {{"id", id},
          {"name", name},
          {"status", status},
          {"created_at", iso_time(sight.created)},
          {"updated_at", iso_time(std::max(updated, sight.created))},
          {"position", position},
          {"description", nullptr},
          {"showcase", false},
          {"start_date", nullptr},
          {"page_id", kPageId},
          {"only_show_if_degraded", false}};
}

json::object component_object(const Sight& sight, const Component& component) {
  const auto it = sight.board.standing(component, sight.now);
  const auto state = known_state(sight, component);
  auto made = component_fields(sight, component.id(), service_text(component.service), api_status(state), it.since, static_cast<int>(component.service) + 1);
  made["group_id"] = component.cluster;
  made["group"] = false;
  made["x_state"] = state ? state_text(*state) : "Unknown";
  made["x_checked_at"] = it.checked == Time{} ? json::value(nullptr) : json::value(iso_time(it.checked));
  return made;
}

json::object incident_object(const Sight& sight, const Incident& incident) {
  json::array updates;
  for (auto index = incident.updates.size(); index-- > 0;) updates.push_back(update_object(incident, index));
  json::array components;
  for (const auto& component : incident.components) components.push_back(component_object(sight, component));
  json::object made{{"id", std::to_string(incident.number)},
                    {"name", incident.title},
                    {"status", incident_status(incident, incident.state())},
                    {"created_at", iso_time(incident.opened_at())},
                    {"updated_at", iso_time(incident.changed_at())},
                    {"monitoring_at", nullptr},
                    {"resolved_at", incident.is_open() ? json::value(nullptr) : json::value(iso_time(incident.changed_at()))},
                    {"impact", impact(incident)},
                    {"shortlink", sight.url + "/incidents/" + std::to_string(incident.number)},
                    {"started_at", iso_time(incident.opened_at())},
                    {"page_id", kPageId},
                    {"incident_updates", std::move(updates)},
                    {"components", std::move(components)},
                    {"reminder_intervals", nullptr},
                    {"x_number", incident.number}};
  if (incident.is_maintenance()) {
    made["scheduled_for"] = iso_time(incident.opened_at());
    made["scheduled_until"] = made["resolved_at"];
  }
  return made;
}

}  // namespace postroad::status
