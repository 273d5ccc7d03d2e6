#include "control/touched.h"

#include "base/check.h"

namespace postroad::control {

const sql::Value& Touched::was(std::string_view column) const {
  for (const auto& [name, value] : before.row)
    if (name == column) return value;
  check(false, "an image has its table's columns");
  std::unreachable();
}

const sql::Value& Touched::is(std::string_view column) const {
  for (std::size_t at = 0; at < table->columns.size(); ++at)
    if (table->columns[at] == column) return after.at(at);
  check(false, "a row has its table's columns");
  std::unreachable();
}

}  // namespace postroad::control
