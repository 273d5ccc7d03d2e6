#include "control/statistics_check.h"

#include <map>
#include <set>

namespace postroad::control {
namespace {

using sql::Connection;
using Figures = std::map<std::pair<std::string, std::string>, Figure>;  // by scope and object

constexpr std::size_t kReportsAtOnce = 1000;

// The period of which a longer one is made.
Period part_of(Period period) { return period == Period::Day ? Period::Hour : Period::Day; }

// What the reports of an hour come to, each counted for whoever it is of. `only`: of that object alone.
Result<Figures> sum_reports(Connection& connection, Hour hour, const FigureKey* only) {
  Figures made;
  std::string account, cluster;
  for (bool more = true, is_first = true; more; is_first = false) {
    TRY(const auto page, reports_of_hour(connection, hour, account, is_first ? std::string() : cluster, kReportsAtOnce));
    for (const auto& kept : page) {
      Figure one;
      for (std::size_t at = 0; at < statistics::kCounters; ++at) one.counts[at] = static_cast<std::int64_t>(kept.report.counts.figures[at]);
      one.bytes_grown = static_cast<std::int64_t>(kept.report.now.bytes) - static_cast<std::int64_t>(kept.report.start.bytes);
      one.messages_grown = static_cast<std::int64_t>(kept.report.now.messages) - static_cast<std::int64_t>(kept.report.start.messages);
      for (const auto& [scope, object] : objects_of(kept))
        if (only == nullptr || (only->scope == scope && only->object == object)) made[{std::string(scope_name(scope)), object}] += one;
    }
    more = page.size() == kReportsAtOnce;
    if (more) {
      account = page.back().account;
      cluster = page.back().cluster;
    }
  }
  return made;
}

Result<Figures> sum_parts(Connection& connection, Period period, Hour start, const FigureKey* only) {
  static const auto sums = "SELECT scope, object, " + figure_columns("CAST(SUM(%) AS BIGINT)") + " FROM statistics WHERE period = $1 AND start >= $2 AND start < $3";
  static const auto all = sums + " GROUP BY scope, object";
  static const auto one = sums + " AND scope = $4 AND object = $5 GROUP BY scope, object";
  const auto part = statistics::period_name(part_of(period));
  const auto end = statistics::next_start(period, start);
  TRY(const auto rows, only == nullptr ? connection.run(all, {part, start, end})
                                       : connection.run(one, {part, start, end, scope_name(only->scope), only->object}));
  Figures made;
  for (const auto& row : rows) made[{row[0].text(), row[1].text()}] = read_figure(row, 2);
  return made;
}

Result<Figures> expected(Connection& connection, Period period, Hour start, const FigureKey* only) {
  return period == Period::Hour ? sum_reports(connection, start, only) : sum_parts(connection, period, start, only);
}

Result<Figures> as_they_are(Connection& connection, Period period, Hour start) {
  static const auto statement = "SELECT scope, object, " + figure_columns() + " FROM statistics WHERE period = $1 AND start = $2";
  TRY(const auto rows, connection.run(statement, {statistics::period_name(period), start}));
  Figures made;
  for (const auto& row : rows) made[{row[0].text(), row[1].text()}] = read_figure(row, 2);
  return made;
}

}  // namespace

Result<std::vector<Hour>> kept_periods(Connection& connection, Period period, Hour now, const StatisticsKept& kept) {
  // A period can be summed up where all that it is made of is kept.
  const auto first_day = statistics::start_of(Period::Day, now - 24 * kept.days);
  const auto first = period == Period::Hour || period == Period::Day ? kept.first_hour(now) : first_day;
  TRY(const auto rows, connection.run("SELECT DISTINCT start FROM statistics WHERE period = $1 AND start >= $2 ORDER BY start",
                                      {statistics::period_name(period), first}));
  std::set<Hour> starts;
  for (const auto& row : rows) starts.insert(row[0].number());
  // One that has no figure at all, and must have.
  const auto parts = period == Period::Hour ? connection.run("SELECT DISTINCT hour FROM statistics_reports WHERE hour >= $1", {first})
                                            : connection.run("SELECT DISTINCT start FROM statistics WHERE period = $1 AND start >= $2",
                                                             {statistics::period_name(part_of(period)), first});
  if (!parts) return std::unexpected(parts.error());
  for (const auto& row : *parts)
    if (const auto start = statistics::start_of(period, row[0].number()); start >= first) starts.insert(start);
  return std::vector<Hour>(starts.begin(), starts.end());
}

Result<Checked> check_period(Connection& connection, Period period, Hour start) {
  TRY(auto should, expected(connection, period, start, nullptr));
  TRY(const auto are, as_they_are(connection, period, start));
  Checked made{.figures = are.size(), .wrong = {}};
  const auto wrong = [&](const std::pair<std::string, std::string>& whose) {
    if (made.wrong.size() >= kWrongAtOnce) return;
    if (const auto scope = scope_named(whose.first)) made.wrong.push_back({*scope, whose.second, period, start});
  };
  for (const auto& [whose, figure] : are) {
    const auto found = should.find(whose);
    if (found == should.end() ? !figure.is_zero() : found->second != figure) wrong(whose);
    if (found != should.end()) should.erase(found);
  }
  for (const auto& [whose, figure] : should)
    if (!figure.is_zero()) wrong(whose);
  return made;
}

Result<std::optional<Figure>> figure_made_anew(Connection& connection, const FigureKey& key) {
  TRY(const auto made, expected(connection, key.period, key.start, &key));
  const auto found = made.find({std::string(scope_name(key.scope)), key.object});
  if (found == made.end() || found->second.is_zero()) return std::optional<Figure>();
  return std::optional(found->second);
}

}  // namespace postroad::control
