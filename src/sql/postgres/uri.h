#pragma once

#include <string>

#include "base/result.h"

namespace postroad::sql::postgres {

// What is wrong in a connection URI, if anything: nothing of it is repeated, since it may hold a password.
Result<> check_uri(const std::string& uri);

// For people and logs: where it leads, by whom; never a password.
std::string shown_uri(const std::string& uri);

}  // namespace postroad::sql::postgres
