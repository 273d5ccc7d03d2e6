#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"

namespace postroad::control {

// The hours of a day in which a job may work: from one minute to another, which may lie beyond midnight.
struct BulkWindow {
  std::chrono::minutes from{0};
  std::chrono::minutes to{0};  // the same as `from`: all day
  std::string zone = "UTC";    // an IANA name
  bool is_all_day() const { return from == to; }
  bool operator==(const BulkWindow&) const = default;
};

// `22:00-06:00`, `22:00-06:00 Europe/Berlin`; nothing: all day. Refused, code BAD_VALUE.
Result<BulkWindow> parse_window(std::string_view text);
std::string window_text(const BulkWindow& window);

// How long until the window is open; zero: it is. A clock that is changed meanwhile makes it wrong by as much: ask again
// then.
std::chrono::minutes until_open(const BulkWindow& window, Time now);

}  // namespace postroad::control
