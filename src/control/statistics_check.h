#pragma once

#include "control/statistics_intake.h"

// What figures must be, summed up anew from what they are made of.
namespace postroad::control {

// The periods that are kept and can be summed up, oldest first: those of which something is known.
Result<std::vector<Hour>> kept_periods(sql::Connection& connection, Period period, Hour now, const StatisticsKept& kept);

struct Checked {
  std::size_t figures = 0;
  std::vector<FigureKey> wrong;  // at most kWrongAtOnce
};
inline constexpr std::size_t kWrongAtOnce = 1000;

// All figures of one period: an hour's against the record, a day's against its hours, a week's or month's against its days.
Result<Checked> check_period(sql::Connection& connection, Period period, Hour start);

// What one figure must be; nothing: there must be none.
Result<std::optional<Figure>> figure_made_anew(sql::Connection& connection, const FigureKey& key);

}  // namespace postroad::control
