#include "feed/json.h"

#include <algorithm>

#include "base/chars.h"
#include "base/id.h"

namespace postroad::feed {

Result<boost::json::value> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 16;
  boost::json::error_code error;
  auto value = boost::json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return fail(Fault::Syntax, "not JSON: " + error.message());
  return value;
}

Members::Members(const boost::json::value& value, std::string_view what) : object_(value.if_object()), what_(what) {
  if (object_ == nullptr) fail("expected an object");
}

const boost::json::value* Members::find(std::string_view name) const {
  if (failed_) return nullptr;
  const auto* value = object_->if_contains({name.data(), name.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

void Members::fail(std::string text) {
  if (failed_) return;
  failed_ = true;
  failure_ = what_ + ": " + std::move(text);
}

std::string Members::text(std::string_view name, std::size_t most) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  const auto* held = value->if_string();
  if (held == nullptr) {
    fail("'" + std::string(name) + "' is no text");
    return {};
  }
  std::string text(held->data(), held->size());
  if (text.size() > most) fail("'" + std::string(name) + "' is longer than " + std::to_string(most) + " bytes");
  if (std::ranges::any_of(text, [](char c) { return kControl.has(c); }))
    fail("'" + std::string(name) + "' holds a control character");
  return failed_ ? std::string() : text;
}

std::string Members::needed_text(std::string_view name, std::size_t most) {
  auto made = text(name, most);
  if (made.empty()) fail("'" + std::string(name) + "' is missing");
  return made;
}

std::string Members::optional_id(std::string_view name, char type) {
  auto made = text(name, kIdSize);
  if (made.empty() || is_id(made, type)) return made;
  fail("'" + std::string(name) + "' is no id of type " + type);
  return {};
}

std::string Members::id(std::string_view name, char type) {
  auto made = optional_id(name, type);
  if (made.empty()) fail("'" + std::string(name) + "' is missing");
  return made;
}

std::uint64_t Members::number(std::string_view name, std::uint64_t most, std::uint64_t otherwise) {
  const auto* value = find(name);
  if (value == nullptr) return otherwise;
  std::uint64_t number = 0;
  if (const auto* plain = value->if_uint64()) {
    number = *plain;
  } else if (const auto* number_signed = value->if_int64(); number_signed != nullptr && *number_signed >= 0) {
    number = static_cast<std::uint64_t>(*number_signed);
  } else {
    fail("'" + std::string(name) + "' is no whole number");
    return otherwise;
  }
  if (number <= most) return number;
  fail("'" + std::string(name) + "' is more than " + std::to_string(most));
  return otherwise;
}

std::uint64_t Members::needed_number(std::string_view name, std::uint64_t most) {
  if (!has(name)) fail("'" + std::string(name) + "' is missing");
  return number(name, most);
}

bool Members::flag(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return false;
  const auto* flag = value->if_bool();
  if (flag == nullptr) fail("'" + std::string(name) + "' is neither true nor false");
  return flag != nullptr && *flag;
}

const boost::json::array* Members::list(std::string_view name, std::size_t most) {
  const auto* value = find(name);
  if (value == nullptr) return nullptr;
  const auto* list = value->if_array();
  if (list == nullptr) fail("'" + std::string(name) + "' is no list");
  if (list != nullptr && list->size() > most) {
    fail("'" + std::string(name) + "' has more than " + std::to_string(most) + " entries");
    return nullptr;
  }
  return list;
}

const boost::json::object* Members::object(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return nullptr;
  const auto* object = value->if_object();
  if (object == nullptr) fail("'" + std::string(name) + "' is no object");
  return object;
}

std::string Members::json(std::string_view name) const {
  const auto* value = find(name);
  return value == nullptr ? "null" : boost::json::serialize(*value);
}

}  // namespace postroad::feed
