#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "status/probe.h"

namespace postroad::status {

// Reads status/probes.json, which names where the synthetic user goes; docs/status.md has its shape.
Result<std::vector<ProbePlan>> parse_plans(std::string_view text);

}  // namespace postroad::status
