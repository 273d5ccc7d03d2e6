#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"

namespace postroad::message {

// A Date field's value.
struct Date {
  Time time;             // UTC, whole seconds
  int zone_minutes = 0;  // what the sender's clock was ahead; time + zone_minutes has the date that IMAP's SENTON means
  bool operator==(const Date&) const = default;
};

// date-time: rfc5322 3.3, with obs- forms (two-digit years, named zones, comments, no seconds) and without the day's
// name. Nothing where it isn't one. A leap second counts as the last of its minute; an unknown zone is -0000.
std::optional<Date> parse_date(std::string_view value);

// "Mon, 23 Nov 2026 22:26:05 +0000"; at 0 minutes "+0000".
std::string format_date(Time time, int zone_minutes = 0);

}  // namespace postroad::message
