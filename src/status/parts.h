#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "status/page.h"

// What pages are made of. Each returns HTML in which all that people or peers wrote is text.
namespace postroad::status {

// A state's own sign and its name, so that it is told by shape and word as well as by colour. Nothing: Unknown.
std::string state_mark(std::optional<State> state);
std::string_view state_sign(std::optional<State> state);   // the sign alone, as SVG
std::string_view state_class(std::optional<State> state);  // online, degraded, maintenance, offline, unknown

// "2026-01-31 22:59 UTC (23:59 CET)", in a <time>.
std::string time_mark(const Sight& sight, Time at);

// The component's state; nothing where it is not known.
std::optional<State> known_state(const Sight& sight, const Component& component);
// The board's clusters, in its order.
std::vector<std::string> clusters_of(const Board& board);

// "Cluster B: IMAP, POP; Cluster A", whole clusters by their name alone. Plain text.
std::string scope_text(const Sight& sight, const std::vector<Component>& components);
// "Incident 7", "Maintenance 8". Plain text.
std::string number_text(const Incident& incident);

// One incident with all its updates, newest first; `is_folded`: the older ones are there to be opened.
std::string incident_part(const Sight& sight, const Incident& incident, bool is_folded);

// A cluster, and a line for each of its services.
std::string cluster_part(const Sight& sight, const std::string& cluster);

}  // namespace postroad::status
