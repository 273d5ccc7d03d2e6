#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sql/database.h"
#include "statistics/report.h"

// The tables of statistics. `statistics_reports` is the record: what clusters said of each hour of each account.
// `statistics` holds what it comes to, by user, domain, company and cluster, and by hour, day, week and month.
// docs/statistics.md
namespace postroad::control {

using statistics::Counter;
using statistics::Hour;
using statistics::Period;

enum class Scope : std::uint8_t { User, Domain, Company, Cluster };
std::string_view scope_name(Scope scope);  // `user`, `domain`, `company`, `cluster`
std::optional<Scope> scope_named(std::string_view name);

// What one figure is about.
struct FigureKey {
  Scope scope = Scope::User;
  std::string object;  // an id; of a cluster its name
  Period period = Period::Hour;
  Hour start = 0;
  auto operator<=>(const FigureKey&) const = default;
};

// Sums and differences of counters, and by how much what is stored grew.
struct Figure {
  std::array<std::int64_t, statistics::kCounters> counts{};
  std::int64_t bytes_grown = 0;
  std::int64_t messages_grown = 0;

  std::int64_t of(Counter counter) const { return counts[static_cast<std::size_t>(counter)]; }
  Figure& operator+=(const Figure& other);
  Figure operator-() const;
  bool is_zero() const { return *this == Figure{}; }
  bool operator==(const Figure&) const = default;
};
Figure figure_of(const statistics::HourReport& report);

// An hour's report as it is kept: whose it was then.
struct KeptReport {
  std::string account;  // empty: the cluster's own hour
  std::string cluster;
  std::uint64_t version = 0;
  std::string domain;
  std::string company;  // its path; empty: not known
  statistics::HourReport report;
};
// What it counts for, apart from the period.
std::vector<std::pair<Scope, std::string>> objects_of(const KeptReport& kept);
// The ids of a path.
std::vector<std::string> companies_of(std::string_view path);

// `messages_in, bytes_in, ..., bytes_grown, messages_grown`, each with something around it: `SUM(%)`.
std::string figure_columns(std::string_view around = "%");
inline constexpr std::size_t kFigureColumns = statistics::kCounters + 2;
Figure read_figure(const sql::Row& row, std::size_t from);

Result<std::optional<Figure>> find_figure(sql::Connection& connection, const FigureKey& key);
// Adds to what is there. `put` takes its place; nothing: takes it away.
Result<> add_figure(sql::Connection& connection, const FigureKey& key, const Figure& figure);
Result<> put_figure(sql::Connection& connection, const FigureKey& key, const std::optional<Figure>& figure);

// The reports of an hour, by account, at most `most` after an account and a cluster.
Result<std::vector<KeptReport>> reports_of_hour(sql::Connection& connection, Hour hour, const std::string& after_account,
                                                const std::string& after_cluster, std::size_t most);

// A figure that was found wrong.
struct Correction {
  std::string id;
  FigureKey key;
  std::string domain;    // whose figures are made of it: where the key is a user's
  std::string company;   // a path
  std::string cluster;
  std::int64_t found_at = 0;   // microseconds since 1970
  std::int64_t mended_at = 0;  // 0: not yet
  std::string what;

  // Until then figures of this object are good.
  Hour good_until() const { return key.start; }
  // Whether that figure may be wrong as long as this one is.
  bool touches(const FigureKey& figure) const;
};
Result<std::vector<Correction>> open_corrections(sql::Connection& connection);
Result<std::vector<Correction>> last_corrections(sql::Connection& connection, std::size_t most);
Result<std::vector<Correction>> open_corrections_of(sql::Connection& connection, const FigureKey& key);
Result<> open_correction(sql::Connection& connection, const Correction& correction);
Result<> close_corrections(sql::Connection& connection, const FigureKey& key, std::int64_t now);

}  // namespace postroad::control
