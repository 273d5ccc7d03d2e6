#pragma once

#include "control/domains.h"
#include "control/draft.h"

// The requests about domains (domains.h), each within a draft.
namespace postroad::control {

Result<> create_domain(Draft& draft, const NewDomain& spec);
Result<> change_domain_settings(Draft& draft, const std::string& name, const DomainSettings& settings);
Result<> erase_whole_domain(Draft& draft, const std::string& name, bool cascade);

}  // namespace postroad::control
