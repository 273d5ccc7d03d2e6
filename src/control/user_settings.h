#pragma once

#include "control/model.h"
#include "control/names.h"
#include "control/users.h"
#include "sql/database.h"

namespace postroad::control {

// Checks each value that is set and puts it into the row; the password is not looked at.
Result<> apply(sql::Connection& connection, const Domain& domain, User& user, const UserSettings& given);
// What goes into its row of settings.
Result<> apply(const User& user, Settings& row, const UserSettings& given);

bool sets_more_than_password(const UserSettings& settings);

}  // namespace postroad::control
