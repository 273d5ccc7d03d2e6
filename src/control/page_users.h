#pragma once

#include "control/user_pages.h"
#include "control/user_search.h"

namespace postroad::control {

// What is shown of the users of a page, in its order, with as few questions to the database as it takes.
Result<std::vector<UserFound>> page_users(sql::Connection& connection, const std::vector<UserKey>& keys);

}  // namespace postroad::control
