#include "oma/fields.h"

#include "base/chars.h"
#include "base/text.h"
#include "oma/errors.h"

namespace postroad::oma {
namespace json = boost::json;
namespace {

const json::object& nothing() {
  static const json::object none;
  return none;
}

// What of a name is repeated in an error.
std::string shown(std::string_view name) {
  std::string made;
  for (const char c : name.substr(0, 40)) made += kControl.has(c) || c == '"' ? '?' : c;
  return made;
}

bool is_fit(std::string_view text, bool is_long) {
  for (const char c : text)
    if (kControl.has(c) && !(is_long && (c == '\n' || c == '\r' || c == '\t'))) return false;
  return true;
}

}  // namespace

const json::value* Fields::find(std::string_view name) {
  seen_.emplace(name);
  if (failure_) return nullptr;
  const auto at = object_.find(name);
  return at == object_.end() || at->value().is_null() ? nullptr : &at->value();
}

bool Fields::has(std::string_view name) const {
  const auto at = object_.find(name);
  return at != object_.end() && !at->value().is_null();
}

std::optional<std::string> Fields::text_of(std::string_view name, const json::value& value, std::size_t most, bool is_long) {
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (!value.is_string()) {
    bad(name, "is no text");
    return {};
  }
  const std::string_view text = value.get_string();
  if (text.size() > most) bad(name, "is over " + std::to_string(most) + " bytes");
  else if (!is_fit(text, is_long)) bad(name, "holds a control character");
  else return std::string(text);
  return {};
}

std::optional<std::string> Fields::text(std::string_view name, std::size_t most, bool is_long) {
  const auto* const value = find(name);
  if (value == nullptr) return {};
  return text_of(name, *value, most, is_long);
}

std::string Fields::needed(std::string_view name, std::size_t most) {
  auto made = text(name, most);
  if (!made && !failure_) failure_ = Error{Fault::Syntax, (where_.empty() ? "" : where_ + ": ") + "'" + std::string(name) + "' is missing", std::string(code::kBadRequest)};
  return made.value_or(std::string());
}

std::optional<std::uint64_t> Fields::number(std::string_view name, std::uint64_t most) {
  const auto* const value = find(name);
  if (value == nullptr) return {};
  std::optional<std::uint64_t> made;
  if (value->is_int64() && value->get_int64() >= 0) made = static_cast<std::uint64_t>(value->get_int64());
  else if (value->is_uint64()) made = value->get_uint64();
  else if (value->is_string()) made = parse_number(std::string_view(value->get_string()));
  if (made && *made <= most) return made;
  bad(name, "is no whole number from 0 to " + std::to_string(most));
  return {};
}

bool Fields::unsets(std::string_view name) {
  seen_.emplace(name);
  if (failure_) return false;
  const auto at = object_.find(name);
  if (at == object_.end()) return false;
  return at->value().is_null() || (at->value().is_string() && at->value().get_string().empty());
}

std::optional<std::optional<std::uint64_t>> Fields::limit(std::string_view name, std::uint64_t most) {
  using Limit = std::optional<std::optional<std::uint64_t>>;
  if (unsets(name)) return Limit(std::in_place, std::nullopt);
  const auto* const value = find(name);
  if (value == nullptr) return {};
  const bool is_below = value->is_int64() ? value->get_int64() < 0 : value->is_string() && value->get_string() == "-1";
  if (is_below) return Limit(std::in_place, std::nullopt);
  const auto given = number(name, most);
  return given ? Limit(std::in_place, *given) : Limit();
}

std::optional<bool> Fields::flag(std::string_view name) {
  const auto* const value = find(name);
  if (value == nullptr) return {};
  if (value->is_bool()) return value->get_bool();
  const auto written = text_of(name, *value, 8, false);
  if (!written) return {};
  const auto word = lower(*written);
  if (word == "1" || word == "true" || word == "t") return true;
  if (word == "0" || word == "false" || word == "f" || word.empty()) return false;
  bad(name, "is neither true nor false");
  return {};
}

std::optional<std::vector<std::string>> Fields::list(std::string_view name, std::size_t count, std::size_t bytes, bool is_long) {
  const auto* const value = find(name);
  if (value == nullptr) return {};
  std::vector<std::string> made;
  if (value->is_array()) {
    if (value->get_array().size() > count) {
      bad(name, "holds more than " + std::to_string(count));
      return {};
    }
    for (const auto& one : value->get_array()) {
      auto text = text_of(name, one, bytes, is_long);
      if (!text) return {};
      made.push_back(std::move(*text));
    }
    return made;
  }
  if (value->is_object() && value->get_object().empty()) return made;
  auto text = text_of(name, *value, bytes, is_long);
  if (!text) return {};
  if (!text->empty()) made.push_back(std::move(*text));
  return made;
}

const json::array* Fields::objects(std::string_view name, std::size_t count) {
  const auto* const value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    bad(name, "is no list");
    return nullptr;
  }
  const auto& array = value->get_array();
  if (array.size() > count) bad(name, "holds more than " + std::to_string(count));
  for (const auto& one : array)
    if (!one.is_object()) bad(name, "holds something else than objects");
  return failure_ ? nullptr : &array;
}

const json::object* Fields::object(std::string_view name) {
  const auto* const value = find(name);
  if (value == nullptr) return nullptr;
  if (value->is_object()) return &value->get_object();
  if (value->is_array() && value->get_array().empty()) return &nothing();
  bad(name, "is no object");
  return nullptr;
}

void Fields::same(std::string_view name, std::string_view value) {
  const auto given = text(name, 1024);
  if (given && !equal_nocase(*given, value)) bad(name, "can't be changed by this");
}

void Fields::no_others() {
  for (const auto& member : object_)
    if (!seen_.contains(std::string_view(member.key()))) bad(member.key(), "is not known");
}

void Fields::bad(std::string_view name, std::string_view why) {
  if (failure_) return;
  auto text = (where_.empty() ? "" : where_ + ": ") + "'" + shown(name) + "' " + std::string(why);
  failure_ = Error{Fault::Syntax, std::move(text), std::string(where_.empty() ? code::kBadRequest : code::kBadAttribute)};
}

Result<> Fields::result() const {
  if (failure_) return std::unexpected(*failure_);
  return {};
}

}  // namespace postroad::oma
