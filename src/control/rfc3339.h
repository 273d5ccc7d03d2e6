#pragma once

#include <string>

#include "base/id.h"

namespace postroad::control {

// `2026-11-25T14:30:05Z`.  rfc3339 5.6
std::string rfc3339(Time at);

}  // namespace postroad::control
