#pragma once

#include <boost/json.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "control/audit.h"

namespace postroad::omad {

// What an entry of the audit says of an attribute of change_user, as members `field`, `from` and `to`; of aliases, `field`, `added` and
// `removed`. `fields`: where the attribute is kept (history.h).
std::vector<boost::json::object> told_of(const control::AuditView& entry, std::string_view attribute, std::span<const std::string> fields);

}  // namespace postroad::omad
