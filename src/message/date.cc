#include "message/date.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/chars.h"
#include "base/scanner.h"
#include "base/text.h"

namespace postroad::message {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// obs-zone: rfc5322 4.3. All others, the military ones too, say nothing: -0000.
struct Zone {
  std::string_view name;
  int hours;
};
constexpr Zone kZones[] = {{"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
                           {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};

// Comments and line ends become a space: CFWS may stand anywhere in obs- forms.
std::string without_comments(std::string_view value) {
  std::string made;
  int depth = 0;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    if (c == '(') ++depth;
    if (depth == 0) made += kControl.has(c) ? ' ' : c;
    if (depth > 0 && c == '\\') ++at;
    if (depth > 0 && c == ')' && --depth == 0) made += ' ';
  }
  return made;
}

void skip_space(Scanner& in) { in.run(kWsp, 0, "white space"); }

// One or two digits.
int digits(Scanner& in, std::string_view what) {
  const auto run = in.run(kDigit, 1, what);
  if (run.size() > 2) in.fail(what);
  skip_space(in);
  return in.failed() || run.empty() ? 0 : static_cast<int>(*parse_number(run));
}

// day-name ",": whichever it names counts for nothing.
void day_name(Scanner& in) {
  skip_space(in);
  if (in.run(kAlpha, 0, "day").empty()) return;
  in.maybe(".");
  skip_space(in);
  in.maybe(",");
  skip_space(in);
}

unsigned month_of(Scanner& in) {
  const auto name = in.run(kAlpha, 3, "month").substr(0, 3);
  in.maybe(".");
  skip_space(in);
  for (std::size_t at = 0; at < kMonths.size(); ++at)
    if (equal_nocase(name, kMonths[at])) return static_cast<unsigned>(at + 1);
  in.fail("month");
  return 1;
}

// obs-year: rfc5322 4.3.
int year_of(Scanner& in) {
  const auto run = in.run(kDigit, 2, "year");
  if (run.size() > 4) in.fail("year");
  skip_space(in);
  if (in.failed()) return 0;
  const int number = static_cast<int>(*parse_number(run));
  if (run.size() == 2) return number < 50 ? 2000 + number : 1900 + number;
  return run.size() == 3 ? 1900 + number : number;
}

int zone_of(Scanner& in) {
  const char sign = in.peek();
  if (in.maybe("+") || in.maybe("-")) {
    const auto run = in.run(kDigit, 2, "zone");
    std::string four(run);
    if (run.size() == 2 && in.maybe(":")) four += in.run(kDigit, 2, "zone");
    if (four.size() != 4) in.fail("zone");
    if (in.failed()) return 0;
    const int hours = (four[0] - '0') * 10 + four[1] - '0';
    const int minutes = (four[2] - '0') * 10 + four[3] - '0';
    if (minutes > 59) in.fail("zone");
    return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
  }
  const auto name = in.run(kAlpha, 0, "zone");
  for (const auto& zone : kZones)
    if (equal_nocase(name, zone.name)) return zone.hours * 60;
  return 0;
}

}  // namespace

std::optional<Date> parse_date(std::string_view value) {
  const std::string text = without_comments(value.substr(0, 1000));
  Scanner in(text);
  day_name(in);
  const int day_number = digits(in, "day");
  in.maybe("-");  // 23-Nov-2026, of old news software
  const unsigned month_number = month_of(in);
  in.maybe("-");
  const int year_number = year_of(in);
  const int hour = digits(in, "hour");
  in.expect(":");
  skip_space(in);
  const int minute = digits(in, "minute");
  int second = 0;
  if (in.maybe(":")) {
    skip_space(in);
    second = digits(in, "second");
  }
  const int zone = zone_of(in);
  if (in.failed()) return std::nullopt;

  const year_month_day date{year(year_number), month(month_number), day(static_cast<unsigned>(day_number))};
  if (!date.ok() || year_number < 1900 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto local = sys_days(date) + hours(hour) + minutes(minute) + seconds(std::min(second, 59));
  return Date{time_point_cast<Time::duration>(local - minutes(zone)), zone};
}

std::string format_date(Time time, int zone_minutes) {
  const auto local = floor<seconds>(time) + minutes(zone_minutes);
  const auto midnight = floor<days>(local);
  const year_month_day date(midnight);
  const hh_mm_ss clock(local - midnight);
  const int off = std::abs(zone_minutes);
  std::array<char, 64> text;
  const int size = std::snprintf(
      text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d %c%02d%02d",
      kDays[weekday(midnight).c_encoding()].data(), static_cast<unsigned>(date.day()),
      kMonths[static_cast<unsigned>(date.month()) - 1].data(), static_cast<int>(date.year()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), zone_minutes < 0 ? '-' : '+', off / 60, off % 60);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace postroad::message
