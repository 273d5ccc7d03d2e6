#pragma once

#include <string>

#include "control/audit_rows.h"
#include "control/authority.h"
#include "control/draft.h"

namespace postroad::control {

// Who can sign in at control: an administrator of a company, or a mailbox.
struct Holder {
  std::string id;
  std::string name;  // `local@domain`
  bool is_mailbox = false;
  NewChange change;  // of it, of no cluster
};

// By name, in lower case, where the caller has the right on its company or domain. NotFound, code NO_USER.
Result<Holder> holder_by_name(sql::Connection& connection, const Authority& authority, const std::string& user, const std::string& domain, Right right);
// The name of one that is there; nothing where it is gone, or its domain is switched off.
Result<std::string> holder_name(sql::Connection& connection, std::string_view id);

// A token's or a second factor's entry in the audit.
Result<> audit_holder(sql::Connection& connection, const Caller& caller, Time now, const Holder& holder, std::string_view kind, std::vector<FieldChange> fields);

}  // namespace postroad::control
