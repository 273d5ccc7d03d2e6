#pragma once

#include <optional>
#include <string>

#include "control/deletion.h"
#include "control/draft.h"

// Bringing back what was deleted, each within the caller's draft.
namespace postroad::control {

// A user of the domain (empty: of whichever it was, by its id), by its name (the newest that had it) or id, under its old name
// where `new_local` is empty. Its aliases come along as far as their names are free; so do its roles and offerings. `workgroup`:
// its name, needed where the old one is gone. NotFound, code NO_USER; Conflict, code USER_EXISTS.
Result<> restore_user(Draft& draft, const std::string& domain, const std::string& name_or_id, const std::string& new_local, const std::string& workgroup);

// A domain with its workgroups and settings, and with the users and alias domains that went along with it. NotFound, code
// NO_DOMAIN; Conflict, code DOMAIN_EXISTS; Refused, code DOMAIN_UNAVAILABLE.
Result<> restore_domain(Draft& draft, const std::string& name_or_id, const std::string& new_name);

}  // namespace postroad::control
