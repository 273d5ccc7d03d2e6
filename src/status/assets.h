#pragma once

#include <string_view>

namespace postroad::status {

// The pages' style and script: files of their own, since the pages' policy allows nothing inline.
extern const std::string_view kStyle;
extern const std::string_view kScript;

}  // namespace postroad::status
