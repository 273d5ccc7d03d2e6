#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/value.h"

namespace postroad::control {

// A condition of a statement in the making, with its arguments.
class Condition {
 public:
  // One `$` in the text stands for the value.
  void add(std::string_view text, sql::Value value) {
    text_ += text_.empty() ? "" : " AND ";
    const auto at = text.find('$');
    check(at != text.npos, "a condition has a place for its value");
    text_.append(text.substr(0, at)).append(argument(std::move(value))).append(text.substr(at + 1));
  }
  // Nothing where no texts are given.
  void add_one_of(std::string_view column, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    std::string places;
    for (const auto& text : texts) places += (places.empty() ? "" : ", ") + argument(text);
    add(std::string(column) + (texts.size() == 1 ? " = " + places : " IN (" + places + ")"));
  }
  void add(std::string_view text) { text_ += (text_.empty() ? "" : " AND ") + std::string(text); }
  // The place of one more value, beside the condition.
  std::string argument(sql::Value value) {
    values_.push_back(std::move(value));
    return "$" + std::to_string(values_.size());
  }

  const std::string& text() const { return text_; }
  // What was added so far, for one of several conditions with the same arguments.
  std::string take_text() { return std::exchange(text_, {}); }
  // Views, good as long as this.
  std::vector<sql::Argument> arguments() const { return {values_.begin(), values_.end()}; }

 private:
  std::string text_;
  std::vector<sql::Value> values_;
};

// What a pattern matches of a column in lower case: its first characters as a range of the column's index.
void add_match(Condition& condition, const std::string& column, std::string_view match);

}  // namespace postroad::control
