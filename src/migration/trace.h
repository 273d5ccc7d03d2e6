#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"

namespace postroad::migration {

// What happened to an item, for people: the newest lines. Never a password.
class Trace {
 public:
  void add(Time time, std::string_view text);  // `2026-11-25T09:38:35Z text`
  const std::deque<std::string>& lines() const { return lines_; }

  std::string text() const;  // one line each, each with its end
  static Trace of_text(std::string_view text);

 private:
  std::deque<std::string> lines_;
};

}  // namespace postroad::migration
