#pragma once

#include <map>
#include <string>
#include <vector>

#include "status/board.h"
#include "status/incident.h"
#include "status/zone.h"

namespace postroad::status {

// Everything that the public sees, as of one moment.
struct Sight {
  const Board& board;
  const std::vector<Incident>& incidents;  // newest first
  const Zone& zone;
  std::string title;
  Time now;
};

// Complete HTML documents without anything from elsewhere; the script only tells when the page is old.
std::string front_page(const Sight& sight);
std::string archive_page(const Sight& sight);
std::string incident_page(const Sight& sight, const Incident& incident);

// Statuspage's /api/v2/: summary.json, status.json, components.json, incidents.json, incidents/unresolved.json.
// By path without the leading slash.
std::map<std::string, std::string> api_files(const Sight& sight);

// All files that are published, by path.
std::map<std::string, std::string> all_files(const Sight& sight);

}  // namespace postroad::status
