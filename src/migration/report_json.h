#pragma once

#include <boost/json.hpp>

#include "migration/report.h"

// The seam's words as values. Inside this folder alone.
namespace postroad::migration {

namespace json = boost::json;

// All of `text` as one object, at most 8 deep.
Result<json::object> parsed(std::string_view text);
// Empty, and zero, where it is absent or of another type.
std::string text_at(const json::object& object, std::string_view name);
std::uint64_t number_at(const json::object& object, std::string_view name);

json::object object_of(const Item& item);
Result<Item> item_of(const json::object& object);
json::object object_of(const Standing& standing);
Result<Standing> standing_of(const json::object& object);

}  // namespace postroad::migration
