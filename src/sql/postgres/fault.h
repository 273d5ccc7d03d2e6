#pragma once

#include <string_view>

#include "base/result.h"

namespace postroad::sql::postgres {

// What a SQLSTATE means here. PostgreSQL's manual, appendix A.
Fault fault_of(std::string_view sqlstate);
inline bool is_constraint(std::string_view sqlstate) { return sqlstate.starts_with("23"); }

}  // namespace postroad::sql::postgres
