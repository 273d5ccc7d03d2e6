#include "control/condition.h"

#include "base/text.h"
#include "control/search.h"

namespace postroad::control {

void add_match(Condition& condition, const std::string& column, std::string_view match) {
  if (match.empty() || match == "*") return;
  const auto fixed = lower(match.substr(0, match.find_first_of("*?")));
  if (fixed.size() == match.size()) return condition.add(column + " = $", fixed);
  if (!fixed.empty()) {
    condition.add(column + " >= $", fixed);
    condition.add(column + " < $", fixed + "\x7f");  // names are printable ASCII
  }
  if (match.substr(fixed.size()) != "*") condition.add(column + " LIKE $ ESCAPE '\\'", like_pattern(match));
}

}  // namespace postroad::control
