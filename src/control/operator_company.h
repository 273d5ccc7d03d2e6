#pragma once

#include <boost/json.hpp>

#include "control/api.h"

namespace postroad::control {

// Operators' requests about companies, who administers them, how those sign in, and what was done:
//
//   company_create  name, admin_domain, parent, cluster, limits {domains, mailboxes, storage, messages: null: none}, administrator, password
//                   -> company
//   company_list    under, match, first, limit -> companies [], total
//   company_show    company -> company, administrators []
//   company_limits  company, limits -> company
//   company_delete  company
//   administrator_create    user `admin@north.adm`, role, password
//   administrator_password  user, password
//   administrator_delete    user
//   administrator_list      company, after -> administrators [], after
//   administrator_reset_totp  user
//   administrator_unlock    user, or address: wrong passwords and codes are forgotten -> count
//   token_list      user, after -> tokens [], after
//   token_revoke    id, or user: all of them -> count
//   audit           user, domain, company, actor, kind, from, until, after, most -> entries [], after
//
// Nothing: it is none of these.
using OperatorCommand = io::Task<Result<boost::json::object>> (*)(Api& api, Caller caller, boost::json::object request);
OperatorCommand find_company_command(std::string_view name);
OperatorCommand find_administrator_command(std::string_view name);

}  // namespace postroad::control
