#pragma once

#include <vector>

#include "base/result.h"
#include "control/authority.h"
#include "control/user_pages.h"
#include "control/user_search.h"
#include "sql/database.h"

namespace postroad::control {

// Which parts of one domain's users come behind each other in the order asked for: those that are there, not the deleted.
// NotFound, code NO_WORKGROUP.
Result<std::vector<Segment>> plan_users(sql::Connection& connection, const Domain& domain, const UserSearch& search);

// The same for all domains that the caller sees, by name. Refused, code BAD_VALUE, for another order than by user.
Result<std::vector<Segment>> plan_all_domains(sql::Connection& connection, const Authority& authority, const UserSearch& search);

}  // namespace postroad::control
