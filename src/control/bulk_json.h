#pragma once

#include <boost/json.hpp>

#include "control/bulk.h"

namespace postroad::control {

// As operators and OMA show them: docs/bulk.md.
boost::json::object to_json(const JobView& job);
boost::json::object to_json(const RowView& row);

}  // namespace postroad::control
