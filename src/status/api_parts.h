#pragma once

#include <boost/json.hpp>

#include "status/page.h"

// Objects of Statuspage's API v2: its members all there, those that have no meaning here null or empty, ours after `x_`.
namespace postroad::status {

inline constexpr std::string_view kPageId = "postroad";

// Its word for a component's state. It has none for Unknown: that is told as degraded, never as well.
std::string_view api_status(std::optional<State> state);

// What components and groups have in common.
boost::json::object component_fields(const Sight& sight, std::string_view id, std::string_view name, std::string_view status, Time updated, int position);
boost::json::object component_object(const Sight& sight, const Component& component);

// An incident, or what began as maintenance, with all updates, newest first.
boost::json::object incident_object(const Sight& sight, const Incident& incident);

}  // namespace postroad::status
