#include "control/statistics_rows.h"

#include <algorithm>

namespace postroad::control {
namespace {

using sql::Connection;

constexpr std::string_view kScopes[] = {"user", "domain", "company", "cluster"};

std::string columns_made(std::string_view around) {
  std::string made;
  const auto add = [&](std::string_view column) {
    auto one = std::string(around);
    one.replace(one.find('%'), 1, column);
    made.append(made.empty() ? "" : ", ").append(one);
  };
  statistics::each_counter([&](Counter counter) { add(statistics::words_of(counter).name); });
  add("bytes_grown");
  add("messages_grown");
  return made;
}

std::vector<sql::Argument> key_arguments(const FigureKey& key) {
  return {scope_name(key.scope), key.object, statistics::period_name(key.period), key.start};
}

void add_values(std::vector<sql::Argument>& arguments, const Figure& figure) {
  for (const auto count : figure.counts) arguments.emplace_back(count);
  arguments.emplace_back(figure.bytes_grown);
  arguments.emplace_back(figure.messages_grown);
}

// The INSERT of a figure; what becomes of a row that is there is `% = ...` of each column.
std::string insert_statement(std::string_view set) {
  std::string values;
  for (std::size_t at = 1; at <= 4 + kFigureColumns; ++at) values += (at == 1 ? "$" : ", $") + std::to_string(at);
  return "INSERT INTO statistics (scope, object, period, start, " + figure_columns() + ") VALUES (" + values +
         ") ON CONFLICT (scope, object, period, start) DO UPDATE SET " + std::string(set);
}

std::string set_columns(bool adds) {
  std::string made;
  const auto add = [&](std::string_view column) {
    made.append(made.empty() ? "" : ", ").append(column).append(" = ");
    if (adds) made.append("statistics.").append(column).append(" + ");
    made.append("excluded.").append(column);
  };
  statistics::each_counter([&](Counter counter) { add(statistics::words_of(counter).name); });
  add("bytes_grown");
  add("messages_grown");
  return made;
}

constexpr std::string_view kCorrectionColumns = "id, scope, object, period, start, domain, company, cluster, found_at, mended_at, what";

Result<std::vector<Correction>> corrections(Connection& connection, const std::string& rest, std::initializer_list<sql::Argument> arguments = {}) {
  TRY(const auto rows, connection.run("SELECT " + std::string(kCorrectionColumns) + " FROM statistics_corrections " + rest, arguments));
  std::vector<Correction> made;
  for (const auto& row : rows) {
    const auto scope = scope_named(row[1].text());
    const auto period = statistics::period_named(row[3].text());
    if (!scope || !period) return fail(Fault::Broken, "a correction of statistics can't be read");
    made.push_back({.id = row[0].text(), .key = {*scope, row[2].text(), *period, row[4].number()}, .domain = row[5].text(),
                    .company = row[6].text(), .cluster = row[7].text(), .found_at = row[8].number(), .mended_at = row[9].number(),
                    .what = row[10].text()});
  }
  return made;
}

}  // namespace

std::string_view scope_name(Scope scope) { return kScopes[static_cast<std::size_t>(scope)]; }

std::optional<Scope> scope_named(std::string_view name) {
  for (std::size_t at = 0; at < std::size(kScopes); ++at)
    if (kScopes[at] == name) return static_cast<Scope>(at);
  return {};
}

Figure& Figure::operator+=(const Figure& other) {
  for (std::size_t at = 0; at < counts.size(); ++at) counts[at] += other.counts[at];
  bytes_grown += other.bytes_grown;
  messages_grown += other.messages_grown;
  return *this;
}

Figure Figure::operator-() const {
  Figure made;
  for (std::size_t at = 0; at < counts.size(); ++at) made.counts[at] = -counts[at];
  made.bytes_grown = -bytes_grown;
  made.messages_grown = -messages_grown;
  return made;
}

Figure figure_of(const statistics::HourReport& report) {
  Figure made;
  for (std::size_t at = 0; at < made.counts.size(); ++at) made.counts[at] = static_cast<std::int64_t>(report.counts.figures[at]);
  made.bytes_grown = static_cast<std::int64_t>(report.now.bytes - report.start.bytes);
  made.messages_grown = static_cast<std::int64_t>(report.now.messages - report.start.messages);
  return made;
}

std::vector<std::string> companies_of(std::string_view path) {
  std::vector<std::string> ids;
  for (std::size_t slash = path.find('/'); slash != path.npos; path.remove_prefix(slash + 1), slash = path.find('/'))
    ids.emplace_back(path.substr(0, slash));
  return ids;
}

std::vector<std::pair<Scope, std::string>> objects_of(const KeptReport& kept) {
  std::vector<std::pair<Scope, std::string>> made;
  if (!kept.account.empty()) made.emplace_back(Scope::User, kept.account);
  if (!kept.domain.empty()) made.emplace_back(Scope::Domain, kept.domain);
  for (auto& company : companies_of(kept.company)) made.emplace_back(Scope::Company, std::move(company));
  made.emplace_back(Scope::Cluster, kept.cluster);
  return made;
}

std::string figure_columns(std::string_view around) { return columns_made(around); }

Figure read_figure(const sql::Row& row, std::size_t from) {
  Figure made;
  for (auto& count : made.counts) count = row[from++].number();
  made.bytes_grown = row[from++].number();
  made.messages_grown = row[from].number();
  return made;
}

Result<std::optional<Figure>> find_figure(Connection& connection, const FigureKey& key) {
  static const auto statement = "SELECT " + figure_columns() + " FROM statistics WHERE scope = $1 AND object = $2 AND period = $3 AND start = $4";
  TRY(const auto rows, connection.run(statement, key_arguments(key)));
  if (rows.empty()) return std::optional<Figure>();
  return std::optional(read_figure(rows[0], 0));
}

Result<> add_figure(Connection& connection, const FigureKey& key, const Figure& figure) {
  static const auto statement = insert_statement(set_columns(true));
  auto arguments = key_arguments(key);
  add_values(arguments, figure);
  TRY_OK(connection.run(statement, arguments));
  return {};
}

Result<> put_figure(Connection& connection, const FigureKey& key, const std::optional<Figure>& figure) {
  if (!figure) {
    TRY_OK(connection.run("DELETE FROM statistics WHERE scope = $1 AND object = $2 AND period = $3 AND start = $4", key_arguments(key)));
    return {};
  }
  static const auto statement = insert_statement(set_columns(false));
  auto arguments = key_arguments(key);
  add_values(arguments, *figure);
  TRY_OK(connection.run(statement, arguments));
  return {};
}

Result<std::vector<KeptReport>> reports_of_hour(Connection& connection, Hour hour, const std::string& after_account,
                                                const std::string& after_cluster, std::size_t most) {
  TRY(const auto rows, connection.run("SELECT account, cluster, version, domain, company, value FROM statistics_reports WHERE hour = $1 AND "
                                      "(account > $2 OR (account = $2 AND cluster > $3)) ORDER BY account, cluster LIMIT $4",
                                      {hour, after_account, after_cluster, most}));
  std::vector<KeptReport> made;
  for (const auto& row : rows) {
    TRY(auto report, statistics::parse_report(statistics::report_key(row[0].text(), hour), row[5].text()));
    made.push_back({row[0].text(), row[1].text(), static_cast<std::uint64_t>(row[2].number()), row[3].text(), row[4].text(), std::move(report)});
  }
  return made;
}

bool Correction::touches(const FigureKey& figure) const {
  const auto ends = statistics::next_start(figure.period, figure.start);
  if (key.start >= ends || figure.start >= statistics::next_start(key.period, key.start)) return false;
  if (figure == key) return true;
  if (key.scope != Scope::User || key.period != Period::Hour) return false;
  switch (figure.scope) {
    case Scope::User: return figure.object == key.object;
    case Scope::Domain: return figure.object == domain;
    case Scope::Company: return std::ranges::count(companies_of(company), figure.object) > 0;
    case Scope::Cluster: return figure.object == cluster;
  }
  return false;
}

Result<std::vector<Correction>> open_corrections(Connection& connection) { return corrections(connection, "WHERE mended_at = 0 ORDER BY found_at, id LIMIT 10000"); }

Result<std::vector<Correction>> last_corrections(Connection& connection, std::size_t most) {
  return corrections(connection, "ORDER BY found_at DESC, id DESC LIMIT $1", {most});
}

Result<std::vector<Correction>> open_corrections_of(Connection& connection, const FigureKey& key) {
  return corrections(connection, "WHERE mended_at = 0 AND scope = $1 AND object = $2 AND period = $3 AND start = $4",
                     {scope_name(key.scope), key.object, statistics::period_name(key.period), key.start});
}

Result<> open_correction(Connection& connection, const Correction& made) {
  TRY_OK(connection.run("INSERT INTO statistics_corrections (" + std::string(kCorrectionColumns) +
                            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)",
                        {made.id, scope_name(made.key.scope), made.key.object, statistics::period_name(made.key.period), made.key.start, made.domain,
                         made.company, made.cluster, made.found_at, made.what}));
  return {};
}

Result<> close_corrections(Connection& connection, const FigureKey& key, std::int64_t now) {
  TRY_OK(connection.run("UPDATE statistics_corrections SET mended_at = $5 WHERE mended_at = 0 AND scope = $1 AND object = $2 AND period = $3 AND start = $4",
                        {scope_name(key.scope), key.object, statistics::period_name(key.period), key.start, now}));
  return {};
}

}  // namespace postroad::control
