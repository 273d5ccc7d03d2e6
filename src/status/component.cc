#include "status/component.h"

#include "base/text.h"

namespace postroad::status {

std::string_view state_text(State state) {
  switch (state) {
    case State::Online: return "Online";
    case State::Degraded: return "Degraded";
    case State::InMaintenance: return "In Maintenance";
    case State::Offline: return "Offline";
  }
  return {};
}

std::string_view statuspage_text(State state) {
  switch (state) {
    case State::Online: return "operational";
    case State::Degraded: return "degraded_performance";
    case State::InMaintenance: return "under_maintenance";
    case State::Offline: return "major_outage";
  }
  return {};
}

std::optional<State> parse_state(std::string_view text) {
  for (const auto state : {State::Online, State::Degraded, State::InMaintenance, State::Offline})
    if (equal_nocase(text, state_text(state)) || equal_nocase(text, statuspage_text(state))) return state;
  if (equal_nocase(text, "maintenance")) return State::InMaintenance;
  return std::nullopt;
}

std::string_view service_text(Service service) {
  switch (service) {
    case Service::InboundMail: return "Inbound mail";
    case Service::Imap: return "IMAP";
    case Service::Pop: return "POP";
    case Service::Provisioning: return "Provisioning";
  }
  return {};
}

std::string Component::id() const {
  constexpr std::string_view kIds[] = {"inbound", "imap", "pop", "provisioning"};
  return cluster + "-" + std::string(kIds[static_cast<int>(service)]);
}

std::string Component::group() const { return "Cluster " + upper(cluster); }

std::vector<Component> components_of(const std::vector<std::string>& clusters) {
  std::vector<Component> all;
  for (const auto& cluster : clusters)
    for (const auto service : kServices) all.push_back({cluster, service});
  return all;
}

}  // namespace postroad::status
