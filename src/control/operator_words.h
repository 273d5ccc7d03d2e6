#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"

// Members of operators' requests: what is absent or of another type is empty.
namespace postroad::control {

inline std::string text_at(const boost::json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}
inline std::optional<std::uint64_t> number_at(const boost::json::object& object, std::string_view name) {
  const auto* const value = object.if_contains(name);
  boost::system::error_code failed;
  const auto number = value != nullptr ? value->to_number<std::uint64_t>(failed) : 0;
  return value == nullptr || failed ? std::nullopt : std::optional(number);
}
inline std::int64_t epoch(Time at) { return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count(); }

}  // namespace postroad::control
