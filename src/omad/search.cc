#include "omad/search.h"

namespace postroad::omad {
namespace json = boost::json;
namespace {

const json::object& object_or_empty(oma::Fields& request, std::string_view name) {
  static const json::object none;
  const auto* const given = request.object(name);
  return given == nullptr ? none : *given;
}

}  // namespace

const json::object& criteria_of(oma::Fields& request) { return object_or_empty(request, "criteria"); }

Search read_search(oma::Fields& request) {
  Search made;
  oma::Fields range(object_or_empty(request, "range"), "range");
  made.range.first = range.number("first", control::kFirstMost).value_or(0);
  made.range.limit = range.number("limit", control::kRangeMost).value_or(made.range.limit);
  request.join(range);
  oma::Fields sort(object_or_empty(request, "sort"), "sort");
  made.sort_by = sort.text("by", 32).value_or("");
  const auto direction = sort.text("direction", 32).value_or("");
  made.is_descending = direction.starts_with("desc") || direction == "DESC";
  request.join(sort);
  return made;
}

}  // namespace postroad::omad
