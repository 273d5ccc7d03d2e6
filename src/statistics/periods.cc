#include "statistics/periods.h"

#include <fmt/format.h>

#include <chrono>

#include "base/text.h"

namespace postroad::statistics {
namespace {

using namespace std::chrono;

constexpr Hour kDayHours = 24;
constexpr std::string_view kNames[] = {"hour", "day", "week", "month"};

sys_days day_of(Hour hour) { return floor<days>(sys_time<hours>(hours(hour))); }
Hour hour_of_day(sys_days day) { return day.time_since_epoch().count() * kDayHours; }

sys_days monday_of(sys_days day) { return day - (weekday(day) - Monday); }

// The Thursday of a week is in the year that the week is counted in.  ISO 8601
std::pair<int, int> week_of(sys_days monday) {
  const auto thursday = monday + days(3);
  const auto year = year_month_day(thursday).year();
  const auto first = sys_days(year / January / 1);
  return {static_cast<int>(year), static_cast<int>((thursday - first).count() / 7 + 1)};
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return {};
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

Hour hour_of(Time at) { return floor<hours>(at).time_since_epoch().count(); }
Time time_of(Hour hour) { return Time(hours(hour)); }

std::string_view period_name(Period period) { return kNames[static_cast<std::size_t>(period)]; }

std::optional<Period> period_named(std::string_view name) {
  for (const auto period : kPeriods)
    if (period_name(period) == name) return period;
  return {};
}

Hour start_of(Period period, Hour hour) {
  const auto day = day_of(hour);
  switch (period) {
    case Period::Hour: return hour;
    case Period::Day: return hour_of_day(day);
    case Period::Week: return hour_of_day(monday_of(day));
    case Period::Month: {
      const year_month_day date(day);
      return hour_of_day(sys_days(date.year() / date.month() / 1));
    }
  }
  return hour;
}

Hour next_start(Period period, Hour hour) {
  const auto start = start_of(period, hour);
  switch (period) {
    case Period::Hour: return start + 1;
    case Period::Day: return start + kDayHours;
    case Period::Week: return start + 7 * kDayHours;
    case Period::Month: return start_of(period, start + 32 * kDayHours);
  }
  return start + 1;
}

Hour previous_start(Period period, Hour hour) { return start_of(period, start_of(period, hour) - 1); }

std::string text_of(Period period, Hour start) {
  const year_month_day date(day_of(start));
  const auto year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  const auto day = static_cast<unsigned>(date.day());
  switch (period) {
    case Period::Hour: return fmt::format("{:04}-{:02}-{:02}T{:02}", year, month, day, start - hour_of_day(day_of(start)));
    case Period::Day: return fmt::format("{:04}-{:02}-{:02}", year, month, day);
    case Period::Week: {
      const auto [of_year, week] = week_of(monday_of(day_of(start)));
      return fmt::format("{:04}-W{:02}", of_year, week);
    }
    case Period::Month: return fmt::format("{:04}-{:02}", year, month);
  }
  return {};
}

std::optional<Named> period_of(std::string_view text) {
  const auto first = digits(text, 0, 4);
  if (!first || *first < 1970 || text.size() < 7 || text[4] != '-') return {};
  // Whatever is made of the numbers must name what was written: no 30th of February.
  const auto checked = [text](Period period, Hour start) -> std::optional<Named> {
    if (text_of(period, start) != text) return {};
    return Named{period, start};
  };
  if (text[5] == 'W') {
    const auto week = digits(text, 6, 2);
    if (!week || *week < 1 || *week > 53) return {};
    // The 4th of January is always in the first week.
    const auto monday = monday_of(sys_days(year(*first) / January / 4)) + days(7 * (*week - 1));
    return checked(Period::Week, hour_of_day(monday));
  }
  const auto second = digits(text, 5, 2);
  if (!second || *second < 1 || *second > 12) return {};
  if (text.size() == 7) return checked(Period::Month, hour_of_day(sys_days(year(*first) / month(static_cast<unsigned>(*second)) / 1)));
  const auto third = digits(text, 8, 2);
  if (!third || *third < 1 || *third > 31) return {};
  const year_month_day date(year(*first), month(static_cast<unsigned>(*second)), day(static_cast<unsigned>(*third)));
  if (!date.ok()) return {};
  if (text.size() == 10) return checked(Period::Day, hour_of_day(sys_days(date)));
  const auto hour = digits(text, 11, 2);
  if (!hour || *hour > 23) return {};
  return checked(Period::Hour, hour_of_day(sys_days(date)) + *hour);
}

}  // namespace postroad::statistics
