#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postroad::status {

// What a person is told of a component: Online, Degraded, In Maintenance, Offline. Ordered from best to worst.
enum class State { Online, Degraded, InMaintenance, Offline };

std::string_view state_text(State state);                     // "In Maintenance"
std::string_view statuspage_text(State state);                // "under_maintenance", as Statuspage's API names it
std::optional<State> parse_state(std::string_view text);      // "maintenance", "In Maintenance", "under_maintenance", ...

// What a probe exercises, and people see as a line of the page.
enum class Service { InboundMail, Imap, Pop, Provisioning };
inline constexpr Service kServices[] = {Service::InboundMail, Service::Imap, Service::Pop, Service::Provisioning};
std::string_view service_text(Service service);               // "Inbound mail"

// One service of one cluster: the smallest thing that has a state.
struct Component {
  std::string cluster;  // "a"
  Service service;

  std::string id() const;     // "a-imap": stable, in addresses and in the API
  std::string group() const;  // "Cluster A"
  auto operator<=>(const Component&) const = default;
};

std::vector<Component> components_of(const std::vector<std::string>& clusters);

}  // namespace postroad::status
