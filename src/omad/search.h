#pragma once

#include <string>

#include "control/search.h"
#include "oma/fields.h"

namespace postroad::omad {

// What searches have in common: `criteria`, `range {first, limit}`, `sort {by, direction}`.
struct Search {
  std::string sort_by;  // empty: the method's own order
  bool is_descending = false;
  control::Range range;
};
Search read_search(oma::Fields& request);
// The object `criteria`, or an empty one.
const boost::json::object& criteria_of(oma::Fields& request);

}  // namespace postroad::omad
