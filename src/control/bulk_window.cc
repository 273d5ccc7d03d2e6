#include "control/bulk_window.h"

#include <unicode/timezone.h>

#include <memory>
#include <optional>

#include "base/text.h"
#include "control/errors.h"

namespace postroad::control {
namespace {

using std::chrono::minutes;

constexpr minutes kDay{24 * 60};

std::unexpected<Error> bad(std::string_view why) {
  return fail(Fault::Refused, "the window " + std::string(why) + ": expected HH:MM-HH:MM and, if wanted, a time zone", std::string(code::kBadValue));
}

std::optional<minutes> minute_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return {};
  const auto hour = parse_number(text.substr(0, 2), 24);
  const auto minute = parse_number(text.substr(3), 59);
  if (!hour || !minute || *hour * 60 + *minute > 24 * 60) return {};
  return minutes(*hour * 60 + *minute) % kDay;
}

std::unique_ptr<icu::TimeZone> zone_of(std::string_view name) {
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())))));
  if (zone == nullptr || *zone == icu::TimeZone::getUnknown()) return nullptr;
  return zone;
}

std::string clock_text(minutes at) {
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(at.count() / 60) + ":" + two(at.count() % 60);
}

}  // namespace

Result<BulkWindow> parse_window(std::string_view text) {
  BulkWindow made;
  text = trim(text);
  if (text.empty()) return made;
  const auto space = text.find(' ');
  const auto hours = text.substr(0, space);
  const auto dash = hours.find('-');
  if (dash == hours.npos) return bad("is none");
  const auto from = minute_of(hours.substr(0, dash));
  const auto to = minute_of(hours.substr(dash + 1));
  if (!from || !to) return bad("has no such time");
  made.from = *from;
  made.to = *to;
  if (space == text.npos) return made;
  made.zone = trim(text.substr(space));
  if (made.zone.size() > 64 || zone_of(made.zone) == nullptr) return bad("has no such time zone");
  return made;
}

std::string window_text(const BulkWindow& window) {
  if (window.is_all_day()) return {};
  return clock_text(window.from) + "-" + clock_text(window.to) + " " + window.zone;
}

minutes until_open(const BulkWindow& window, Time now) {
  if (window.is_all_day()) return minutes(0);
  const auto zone = zone_of(window.zone);
  auto failed = U_ZERO_ERROR;
  std::int32_t raw = 0;
  std::int32_t summer = 0;
  if (zone != nullptr) zone->getOffset(static_cast<UDate>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count()), false, raw, summer, failed);
  const auto local = std::chrono::floor<minutes>(now + std::chrono::milliseconds(raw + summer));
  const auto at = local - std::chrono::floor<std::chrono::days>(local);
  const bool is_open = window.from < window.to ? at >= window.from && at < window.to : at >= window.from || at < window.to;
  if (is_open) return minutes(0);
  return (window.from - at + kDay) % kDay;
}

}  // namespace postroad::control
