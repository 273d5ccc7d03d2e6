#include <array>

#include "imap/scanner.h"

namespace postroad::imap {
namespace {
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
// Of what a response can show: years have four digits there.
constexpr std::chrono::year kFirstYear{1};
constexpr std::chrono::year kLastYear{9999};
}  // namespace

unsigned Scanner::two_digits(unsigned max, std::string_view what) {
  const auto digits = take(2, what);
  if (failed()) return 0;
  if (!kDigit.has_all(digits)) fail(what);
  const auto value = static_cast<unsigned>((digits[0] - '0') * 10 + (digits[1] - '0'));
  if (value > max) fail(what);
  return failed() ? 0 : value;
}

// rfc3501 9 "date-text"; where `fixed`, "date-day-fixed" first: two digits, or a space and one.
std::chrono::sys_days Scanner::date_text(bool fixed) {
  unsigned day = 0;
  if (fixed)
    day = maybe(" ") ? static_cast<unsigned>(number(9, "day")) : two_digits(31, "day");
  else
    day = static_cast<unsigned>(number(31, "day"));
  expect("-");
  unsigned month = 0;
  for (unsigned at = 0; at < kMonths.size() && month == 0; ++at)
    if (maybe(kMonths[at])) month = at + 1;
  if (month == 0) fail("month");
  expect("-");
  const auto century = two_digits(99, "year");
  const auto year = century * 100 + two_digits(99, "year");
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) fail("a day that the month has");
  return failed() ? std::chrono::sys_days() : std::chrono::sys_days(date);
}

std::chrono::sys_days Scanner::date() {
  const bool is_quoted = maybe("\"");
  const auto made = date_text(false);
  if (is_quoted) expect("\"");
  return failed() ? std::chrono::sys_days() : made;
}

Time Scanner::date_time() {
  expect("\"");
  const auto day = date_text(true);
  expect(" ");
  const auto hour = two_digits(23, "hour");
  expect(":");
  const auto minute = two_digits(59, "minute");
  expect(":");
  const auto second = two_digits(60, "second");  // a leap second is the next minute's first
  expect(" ");
  const bool is_west = maybe("-");
  if (!is_west) expect("+");
  const auto zone_hours = two_digits(23, "zone");
  const auto zone_minutes = two_digits(59, "zone");
  expect("\"");
  if (failed()) return {};
  const auto zone = std::chrono::hours(zone_hours) + std::chrono::minutes(zone_minutes);
  const auto local = day + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  const auto time = is_west ? local + zone : local - zone;
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  if (date.year() < kFirstYear || date.year() > kLastYear) fail("a date from year 1 to 9999");
  return failed() ? Time() : time;
}

}  // namespace postroad::imap
