#pragma once

#include "control/model.h"
#include "control/names.h"
#include "control/users.h"
#include "sql/database.h"

namespace postroad::control {

// Checks each value that is set and puts it into the row; the password is not looked at.
Result<> apply(sql::Connection& connection, const Domain& domain, User& user, const UserSettings& settings);

bool sets_more_than_password(const UserSettings& settings);

}  // namespace postroad::control
