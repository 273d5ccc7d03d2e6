#pragma once

#include "feed/objects_json.h"
#include "feed/settings.h"

// Settings as JSON values. Inside this folder alone.
namespace postroad::feed {

boost::json::object to_json(const Settings& settings);
Result<Settings> settings_of(const boost::json::value& value);

}  // namespace postroad::feed
