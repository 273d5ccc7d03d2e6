#include <algorithm>

#include "status/api_parts.h"
#include "status/page.h"
#include "status/parts.h"

namespace postroad::status {
namespace json = boost::json;
namespace {

constexpr std::size_t kIncidentsShown = 50;  // as Statuspage does

// The page's own state: the worst there is, in Statuspage's words.
json::object status_object(const Sight& sight) {
  const auto overall = sight.board.overall("", sight.now);
  const auto said = [](std::string_view indicator, std::string_view description, std::string_view state) {
    return json::object{{"indicator", indicator}, {"description", description}, {"x_state", state}};
  };
  if (!overall) return said("minor", "Unknown", "Unknown");
  const auto worst = sight.board.worst("", sight.now);
  switch (worst) {
    case State::Online: return said("none", "All Systems Operational", "Online");
    case State::Degraded: return said("minor", "Partially Degraded Service", "Degraded");
    case State::InMaintenance: return said("maintenance", "Service Under Maintenance", "In Maintenance");
    case State::Offline:
      return *overall == State::Offline ? said("critical", "Major Service Outage", "Offline") : said("major", "Partial System Outage", "Degraded");
  }
  return {};
}

// A group with some of its children offline is a partial outage.
std::string_view group_status(const Sight& sight, const std::string& cluster) {
  const auto overall = sight.board.overall(cluster, sight.now);
  if (overall == State::Degraded && sight.board.worst(cluster, sight.now) == State::Offline) return "partial_outage";
  return api_status(overall);
}

json::object group_object(const Sight& sight, const std::string& cluster, int position) {
  json::array children;
  Time since = sight.created;
  for (const auto& component : sight.board.components()) {
    if (component.cluster != cluster) continue;
    children.push_back(json::string(component.id()));
    since = std::max(since, sight.board.standing(component, sight.now).since);
  }
  const auto overall = sight.board.overall(cluster, sight.now);
  auto made = component_fields(sight, cluster, Component{cluster, Service::Imap}.group(), group_status(sight, cluster), since, position);
  made["group_id"] = nullptr;
  made["group"] = true;
  made["components"] = std::move(children);
  made["x_state"] = overall ? state_text(*overall) : "Unknown";
  return made;
}

json::array component_array(const Sight& sight) {
  json::array all;
  int group = 0;
  for (const auto& cluster : clusters_of(sight.board)) {
    all.push_back(group_object(sight, cluster, ++group));
    for (const auto& component : sight.board.components())
      if (component.cluster == cluster) all.push_back(component_object(sight, component));
  }
  return all;
}

enum class Which { All, Open };

json::array incident_array(const Sight& sight, bool is_maintenance, Which which) {
  json::array all;
  for (const auto& incident : sight.incidents) {
    if (incident.is_maintenance() != is_maintenance || (which == Which::Open && !incident.is_open())) continue;
    if (all.size() == kIncidentsShown) break;
    all.push_back(incident_object(sight, incident));
  }
  return all;
}

}  // namespace

std::map<std::string, std::string> api_files(const Sight& sight) {
  const json::object page{{"id", kPageId}, {"name", sight.title}, {"url", sight.url}, {"time_zone", sight.zone.name()}, {"updated_at", iso_time(sight.now)}};
  const auto file = [&](json::object members) {
    members["page"] = page;
    return json::serialize(members) + "\n";
  };
  const auto status = status_object(sight);
  const auto components = component_array(sight);
  const auto open = incident_array(sight, false, Which::Open);
  const auto working = incident_array(sight, true, Which::Open);
  const auto maintenances = incident_array(sight, true, Which::All);
  return {
      {"api/v2/summary.json", file({{"status", status}, {"components", components}, {"incidents", open}, {"scheduled_maintenances", working}})},
      {"api/v2/status.json", file({{"status", status}})},
      {"api/v2/components.json", file({{"components", components}})},
      {"api/v2/incidents.json", file({{"incidents", incident_array(sight, false, Which::All)}})},
      {"api/v2/incidents/unresolved.json", file({{"incidents", open}})},
      {"api/v2/scheduled-maintenances.json", file({{"scheduled_maintenances", maintenances}})},
      {"api/v2/scheduled-maintenances/active.json", file({{"scheduled_maintenances", working}})},
      {"api/v2/scheduled-maintenances/upcoming.json", file({{"scheduled_maintenances", json::array()}})},
  };
}

}  // namespace postroad::status
