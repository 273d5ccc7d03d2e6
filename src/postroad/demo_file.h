#pragma once

#include <string>
#include <string_view>

#include "control/demo.h"

namespace postroad::wiring {

// control/demo.json: what the demo made, passwords in clear, mode 0600.
std::string demo_text(const control::Demo& demo);
Result<control::Demo> parse_demo(std::string_view text);

}  // namespace postroad::wiring
