#include "control/rfc3339.h"

#include <fmt/chrono.h>

namespace postroad::control {

std::string rfc3339(Time at) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count())));
}

}  // namespace postroad::control
