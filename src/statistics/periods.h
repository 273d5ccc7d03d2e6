#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"

// Hours, and the days, weeks and months that they make up. All of UTC.
namespace postroad::statistics {

using Hour = std::int64_t;  // since 1970-01-01T00 UTC

Hour hour_of(Time at);
Time time_of(Hour hour);

enum class Period : std::uint8_t { Hour, Day, Week, Month };  // weeks begin on Monday: ISO 8601
inline constexpr Period kPeriods[] = {Period::Hour, Period::Day, Period::Week, Period::Month};

std::string_view period_name(Period period);  // `hour`, `day`, `week`, `month`
std::optional<Period> period_named(std::string_view name);

// The first hour of the period that `hour` is in; of the one after it; of the one before it.
Hour start_of(Period period, Hour hour);
Hour next_start(Period period, Hour hour);
Hour previous_start(Period period, Hour hour);

// `2026-11-25T10`, `2026-11-25`, `2026-W48`, `2026-11`.
std::string text_of(Period period, Hour start);
// The period that such a text names, and its start; nothing for any other text, or a year not from 1970 to 9999.
struct Named {
  Period period = Period::Hour;
  Hour start = 0;
};
std::optional<Named> period_of(std::string_view text);

}  // namespace postroad::statistics
