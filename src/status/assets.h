#pragma once

#include <string>
#include <string_view>

namespace postroad::status {

// The pages' style and script: files of their own, since the pages' policy allows nothing inline.
extern const std::string_view kStyle;
extern const std::string_view kScript;

// The icon of the browser's tab, in the state's colour (online, degraded, maintenance, offline, unknown) and shape.
std::string icon(std::string_view state_class);

}  // namespace postroad::status
