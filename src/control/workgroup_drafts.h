#pragma once

#include <string>

#include "control/draft.h"

// The requests about workgroups (workgroups.h) that others make too, each within a draft.
namespace postroad::control {

Result<> create_workgroup(Draft& draft, const std::string& domain_name, const std::string& name);

}  // namespace postroad::control
