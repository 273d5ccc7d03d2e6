#pragma once

#include <functional>
#include <vector>

#include "control/statistics_rows.h"
#include "feed/source.h"

namespace postroad::control {

// How long what is kept; hours are at least the record's.
struct StatisticsKept {
  std::int64_t hours = 35 * 24;  // the record, and figures by hour
  std::int64_t days = 400;
  std::int64_t months = 48;      // and weeks
  // The first hour of which the record is kept: what is older can't be counted, since nobody knows whether it has been.
  Hour first_hour(Hour now) const { return statistics::start_of(Period::Day, now - hours); }
};

// What became of a cluster's reports.
struct Taken {
  std::size_t counted = 0;
  std::size_t repeated = 0;  // not newer than what is known
  std::size_t ignored = 0;   // not the cluster's to tell, too old, or no report of counters
  std::string why;           // the first one was ignored
};

bool is_statistics(const feed::Report& report);

// Takes in what a cluster says of its hours, within the writer's transaction: the record is kept, and by how much each
// hour is other than it was before is added to all that it is part of. So a report counts once, however often and in
// whatever order it comes.
Result<Taken> take_statistics(sql::Connection& connection, const std::string& cluster, const std::vector<feed::Report>& reports, Time now,
                              const StatisticsKept& kept, const std::function<std::string()>& new_id);

}  // namespace postroad::control
