#include <algorithm>
#include <boost/json.hpp>

#include "status/page.h"

namespace postroad::status {
namespace json = boost::json;
namespace {

// Statuspage's word for how bad all of it is.
std::string_view indicator(State worst) {
  switch (worst) {
    case State::Online: return "none";
    case State::Degraded: return "minor";
    case State::InMaintenance: return "maintenance";
    case State::Offline: return "critical";
  }
  return "none";
}

std::string_view description(State worst) {
  switch (worst) {
    case State::Online: return "All Systems Operational";
    case State::Degraded: return "Partially Degraded Service";
    case State::InMaintenance: return "Service Under Maintenance";
    case State::Offline: return "Major Service Outage";
  }
  return {};
}

json::object page_object(const Sight& sight) {
  return {{"id", "postroad"}, {"name", sight.title}, {"url", "/"}, {"time_zone", sight.zone.name()}, {"updated_at", iso_time(sight.now)}};
}

json::object status_object(const Sight& sight) {
  const auto worst = sight.board.worst("", sight.now);
  return {{"indicator", indicator(worst)}, {"description", description(worst)}};
}

std::vector<std::string> clusters_of(const Sight& sight) {
  std::vector<std::string> all;
  for (const auto& component : sight.board.components())
    if (std::ranges::find(all, component.cluster) == all.end()) all.push_back(component.cluster);
  return all;
}

// A group with some of its children offline is a partial outage.
std::string_view group_status(const Sight& sight, const std::string& cluster) {
  bool has_offline = false;
  bool has_other = false;
  for (const auto& component : sight.board.components()) {
    if (component.cluster != cluster) continue;
    const bool is_offline = sight.board.standing(component, sight.now).state == State::Offline;
    has_offline = has_offline || is_offline;
    has_other = has_other || !is_offline;
  }
  return has_offline && has_other ? "partial_outage" : statuspage_text(sight.board.worst(cluster, sight.now));
}

json::object component_object(const Sight& sight, const Component& component) {
  const auto it = sight.board.standing(component, sight.now);
  return {{"id", component.id()},
          {"name", service_text(component.service)},
          {"status", statuspage_text(it.state)},
          {"group_id", component.cluster},
          {"group", false},
          {"updated_at", iso_time(it.since)},
          {"x_state", it.is_known ? state_text(it.state) : "Unknown"},
          {"x_checked_at", it.checked == Time{} ? json::value(nullptr) : json::value(iso_time(it.checked))}};
}

json::array component_array(const Sight& sight) {
  json::array all;
  for (const auto& cluster : clusters_of(sight)) {
    json::array children;
    for (const auto& component : sight.board.components())
      if (component.cluster == cluster) children.push_back(json::string(component.id()));
    all.push_back(json::object{{"id", cluster},
                               {"name", Component{cluster, Service::Imap}.group()},
                               {"status", group_status(sight, cluster)},
                               {"group_id", nullptr},
                               {"group", true},
                               {"components", std::move(children)}});
    for (const auto& component : sight.board.components())
      if (component.cluster == cluster) all.push_back(component_object(sight, component));
  }
  return all;
}

json::object incident_object(const Sight& sight, const Incident& incident) {
  const auto status_of = [](State state) { return state == State::Online ? "resolved" : "investigating"; };
  json::array updates;
  for (auto it = incident.updates.rbegin(); it != incident.updates.rend(); ++it)
    updates.push_back(json::object{{"id", std::to_string(incident.number) + "-" + std::to_string(it->no)},
                                   {"status", status_of(it->state)},
                                   {"body", it->text},
                                   {"created_at", iso_time(it->at)},
                                   {"display_at", iso_time(it->at)},
                                   {"x_update_no", it->no},
                                   {"x_state", state_text(it->state)}});
  json::array components;
  for (const auto& component : incident.components) components.push_back(component_object(sight, component));
  const auto worst = std::ranges::max_element(incident.updates, {}, &Update::state)->state;
  return {{"id", std::to_string(incident.number)},
          {"name", incident.title},
          {"status", status_of(incident.state())},
          {"impact", indicator(worst)},
          {"created_at", iso_time(incident.opened_at())},
          {"updated_at", iso_time(incident.changed_at())},
          {"resolved_at", incident.is_open() ? json::value(nullptr) : json::value(iso_time(incident.changed_at()))},
          {"shortlink", "/incidents/" + std::to_string(incident.number)},
          {"incident_updates", std::move(updates)},
          {"components", std::move(components)},
          {"x_number", incident.number}};
}

json::array incident_array(const Sight& sight, bool only_open) {
  json::array all;
  for (const auto& incident : sight.incidents)
    if (incident.is_open() || !only_open) all.push_back(incident_object(sight, incident));
  return all;
}

}  // namespace

std::map<std::string, std::string> api_files(const Sight& sight) {
  const auto page = page_object(sight);
  const auto file = [&](json::object members) {
    members["page"] = page;
    return json::serialize(members) + "\n";
  };
  return {
      {"api/v2/summary.json", file({{"status", status_object(sight)},
                                    {"components", component_array(sight)},
                                    {"incidents", incident_array(sight, true)},
                                    {"scheduled_maintenances", json::array()}})},
      {"api/v2/status.json", file({{"status", status_object(sight)}})},
      {"api/v2/components.json", file({{"components", component_array(sight)}})},
      {"api/v2/incidents.json", file({{"incidents", incident_array(sight, false)}})},
      {"api/v2/incidents/unresolved.json", file({{"incidents", incident_array(sight, true)}})},
  };
}

}  // namespace postroad::status
