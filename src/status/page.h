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
  std::string url;  // the page's public address, without a slash at its end
  Time now;
  Time created;     // when this status plane first ran
};

// Complete HTML documents without anything from elsewhere. Nothing in them needs the script: it renews the page, and
// tells when the publisher has gone silent.
std::string front_page(const Sight& sight);
// The incidents that were opened in one year (UTC), newest first, with links to the other years.
std::string archive_page(const Sight& sight, int year);
std::string incident_page(const Sight& sight, const Incident& incident);
std::string missing_page(const Sight& sight);

// Statuspage's /api/v2/: summary.json, status.json, components.json, incidents.json, incidents/unresolved.json,
// scheduled-maintenances.json and its active.json, upcoming.json. By path without the leading slash.
std::map<std::string, std::string> api_files(const Sight& sight);

// What tells of now, and so is made anew with every heartbeat: the front page, open incidents, the API.
std::map<std::string, std::string> live_files(const Sight& sight);
// All files that are published, by path. But for the live ones they change with a post alone.
std::map<std::string, std::string> all_files(const Sight& sight);

}  // namespace postroad::status
