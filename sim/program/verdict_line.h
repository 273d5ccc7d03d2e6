#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "run.h"

namespace postroad::sim {

// A verdict as one line without line end, for the pipe between a worker and the program.
std::string to_line(const Verdict& verdict);
std::optional<Verdict> from_line(std::string_view line);

}  // namespace postroad::sim
