#pragma once

#include <string>
#include <string_view>

#include "statistics/journal.h"

// What a cluster tells control of its counters, as reports of the feed (feed/source.h): keys and values.
namespace postroad::statistics {

// An hour of an account, whole and absolute; account empty: the cluster's own hour.
struct HourReport {
  std::string account;
  Hour hour = 0;
  std::string domain;  // its id; empty: the cluster's own, or not known
  Counts counts;
  Storage start;       // what was stored when the hour began, and when it last changed
  Storage now;
  bool is_wrong = false;  // found not to equal its journal; a greater version will put it right
  bool operator==(const HourReport&) const = default;
};
inline constexpr std::string_view kHourReports = "statistics/";      // the keys' prefix
inline constexpr std::string_view kAsOfReport = "statistics-as-of";  // a key; the value is seconds since 1970, the version too

HourReport report_of(std::string_view account, const HourRow& row);
std::string report_key(std::string_view account, Hour hour);
std::string report_value(const HourReport& report);
Result<HourReport> parse_report(std::string_view key, std::string_view value);

}  // namespace postroad::statistics
