#include <doctest/doctest.h>

#include "control/bulk_window.h"

namespace postroad::control {
namespace {

using namespace std::chrono;

TEST_CASE("windows as they are written") {
  struct Case {
    const char* text;
    const char* want;
  };
  constexpr Case kCases[] = {
      {"", ""},
      {"22:00-06:00", "22:00-06:00 UTC"},
      {" 22:00-06:00  Europe/Berlin ", "22:00-06:00 Europe/Berlin"},
      {"00:00-24:00", ""},
      {"00:00-00:00", ""},
      {"09:30-09:30", ""},
      {"22-06", "!"},
      {"24:01-06:00", "!"},
      {"22:60-06:00", "!"},
      {"22:00", "!"},
      {"22:00-06:00 Mars/Olympus", "!"},
      {"22:00-06:00 ", "22:00-06:00 UTC"},
  };
  for (const auto& each : kCases) {
    CAPTURE(each.text);
    const auto made = parse_window(each.text);
    CHECK((made ? window_text(*made) : "!") == each.want);
  }
}

TEST_CASE("when a window opens") {
  struct Case {
    const char* window;
    Time now;
    minutes want;
  };
  const auto at = [](sys_days day, int hour, int minute) { return Time(day + hours(hour) + minutes(minute)); };
  const sys_days winter = year(2026) / 1 / 15;
  const sys_days summer = year(2026) / 7 / 15;
  const sys_days spring = year(2026) / 3 / 29;  // Berlin's clocks go from 2 to 3
  const Case kCases[] = {
      {"", at(winter, 12, 0), minutes(0)},
      {"09:00-17:00", at(winter, 9, 0), minutes(0)},
      {"09:00-17:00", at(winter, 16, 59), minutes(0)},
      {"09:00-17:00", at(winter, 17, 0), hours(16)},
      {"09:00-17:00", at(winter, 8, 59), minutes(1)},
      {"22:00-06:00", at(winter, 23, 0), minutes(0)},
      {"22:00-06:00", at(winter, 0, 0), minutes(0)},
      {"22:00-06:00", at(winter, 5, 59), minutes(0)},
      {"22:00-06:00", at(winter, 6, 0), hours(16)},
      {"22:00-06:00 Europe/Berlin", at(winter, 21, 0), minutes(0)},
      {"22:00-06:00 Europe/Berlin", at(winter, 20, 0), hours(1)},
      {"22:00-06:00 Europe/Berlin", at(summer, 20, 0), minutes(0)},
      {"22:00-06:00 Europe/Berlin", at(summer, 4, 0), hours(16)},
      {"22:00-06:00 Asia/Kolkata", at(winter, 16, 29), minutes(1)},
      {"02:00-03:00 Europe/Berlin", at(spring, 0, 59), minutes(1)},  // and at that time it is 3 there
  };
  for (const auto& each : kCases) {
    CAPTURE(each.window);
    CHECK(until_open(parse_window(each.window).value(), each.now) == each.want);
  }
}

}  // namespace
}  // namespace postroad::control
