#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/database.h"

namespace postroad::control {

// What a user or a domain is now, as a short text that is another one once anything of it is changed: its row, settings,
// aliases, roles and offerings, and when its password was set. Not whether its password's hash was replaced by a better one.
// Empty where it is not there.
Result<std::string> print_of(sql::Connection& connection, std::string_view id);

}  // namespace postroad::control
