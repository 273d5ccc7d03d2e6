#include "status/zone.h"

#include <fmt/format.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

namespace postroad::status {
namespace {

constexpr std::size_t kDateBytes = 11;  // "2026-01-31 "

double millis(Time at) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count());
}

// A zone has a short name only where people use it: EST in America, CET in Britain; elsewhere it is "GMT+1".
icu::Locale locale_for(const icu::TimeZone& zone) {
  for (const char* const name : {"en_US", "en_IN", "en_ZA", "en_AU", "en_GB"}) {
    icu::UnicodeString shown;
    zone.getDisplayName(false, icu::TimeZone::SHORT, icu::Locale(name), shown);
    if (!shown.startsWith(u"GMT+") && !shown.startsWith(u"GMT-")) return icu::Locale(name);
  }
  return icu::Locale::getUK();
}

std::unique_ptr<icu::SimpleDateFormat> format_of(const icu::TimeZone& zone) {
  UErrorCode failed = U_ZERO_ERROR;
  auto made = std::make_unique<icu::SimpleDateFormat>(icu::UnicodeString("yyyy-MM-dd HH:mm z"), locale_for(zone), failed);
  made->setTimeZone(zone);
  return made;
}

std::string formatted(const icu::SimpleDateFormat& format, Time at) {
  icu::UnicodeString made;
  format.format(millis(at), made);
  std::string text;
  made.toUTF8String(text);
  return text;
}

}  // namespace

struct Zone::State {
  std::string name;
  std::unique_ptr<icu::SimpleDateFormat> utc;
  std::unique_ptr<icu::SimpleDateFormat> local;
};

Zone::Zone(std::unique_ptr<State> state) : state_(std::move(state)) {}
Zone::Zone(Zone&&) noexcept = default;
Zone& Zone::operator=(Zone&&) noexcept = default;
Zone::~Zone() = default;

Result<Zone> Zone::named(const std::string& name) {
  const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  if (*zone == icu::TimeZone::getUnknown()) return fail(Fault::NotFound, "no time zone is called " + name);
  const std::unique_ptr<icu::TimeZone> utc(icu::TimeZone::createTimeZone("Etc/UTC"));
  auto state = std::make_unique<State>(State{name, format_of(*utc), format_of(*zone)});
  return Zone(std::move(state));
}

const std::string& Zone::name() const { return state_->name; }

std::string Zone::text(Time at) const {
  auto made = formatted(*state_->utc, at);
  const auto local = formatted(*state_->local, at);
  if (local == made) return made;
  const bool is_same_day = local.substr(0, kDateBytes) == made.substr(0, kDateBytes);
  return made + " (" + (is_same_day ? local.substr(kDateBytes) : local) + ")";
}

std::string iso_time(Time at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(at - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

}  // namespace postroad::status
