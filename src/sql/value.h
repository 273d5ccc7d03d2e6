#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/check.h"

namespace postroad::sql {

// What a column holds: nothing, a whole number, or a text. Times are numbers (microseconds since 1970, UTC), claims
// are 0 and 1.
class Value {
 public:
  Value() = default;
  template <std::integral T>
  Value(T number) : held_(static_cast<std::int64_t>(number)) {}
  Value(std::string text) : held_(std::move(text)) {}

  bool is_null() const { return held_.index() == 0; }
  bool is_text() const { return held_.index() == 2; }
  // Stop the process where the column holds something else: the schema says what it holds.
  std::int64_t number() const {
    check(held_.index() == 1, "a column holds a number");
    return *std::get_if<1>(&held_);
  }
  const std::string& text() const {
    check(is_text(), "a column holds a text");
    return *std::get_if<2>(&held_);
  }
  // The text, or nothing where the column is null.
  std::string text_or_empty() const { return is_null() ? std::string{} : text(); }
  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, std::int64_t, std::string> held_;
};

using Row = std::vector<Value>;
using Rows = std::vector<Row>;

// A statement's argument. A text is a view: it must live until the statement has run.
class Argument {
 public:
  Argument() = default;
  template <std::integral T>
  Argument(T number) : held_(static_cast<std::int64_t>(number)) {}
  Argument(const char* text) : held_(std::string_view(text)) {}
  Argument(std::string_view text) : held_(text) {}
  Argument(const std::string& text) : held_(std::string_view(text)) {}
  Argument(const Value& value) {
    if (value.is_text()) held_ = std::string_view(value.text());
    else if (!value.is_null()) held_ = value.number();
  }

  bool is_null() const { return held_.index() == 0; }
  const std::int64_t* number() const { return std::get_if<std::int64_t>(&held_); }
  const std::string_view* text() const { return std::get_if<std::string_view>(&held_); }

 private:
  std::variant<std::monostate, std::int64_t, std::string_view> held_;
};

}  // namespace postroad::sql
