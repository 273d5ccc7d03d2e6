#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postroad::omad {

// The names under which the audit has what an attribute of change_user says; none: there is no such attribute.
std::vector<std::string> audited_fields(std::string_view attribute);

}  // namespace postroad::omad
