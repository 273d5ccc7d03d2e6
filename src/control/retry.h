#pragma once

#include <string>

#include "control/draft.h"
#include "control/table.h"

namespace postroad::control {

// Keeps of a change that is being taken back what it takes to ask for it again: before its images are restored. The newest
// of these are kept; they may hold password hashes.
Result<> keep_undone(sql::Connection& connection, std::int64_t seq, const std::vector<Image>& before);

// Makes the change anew. NotFound, code NO_CHANGE; Conflict where its rows are not what they were before it, or what it
// refers to is gone.
Result<> retry_change(Draft& draft, const std::string& change);

}  // namespace postroad::control
