// The CSV of a snapshot, with a header line.
#include <algorithm>

#include "control/rfc3339.h"
#include "control/rows.h"
#include "control/statistics_read.h"

namespace postroad::control {
namespace {

using sql::Connection;

constexpr std::size_t kLinesMost = 100'000;

// A spreadsheet takes what begins so for a formula.
std::string field(std::string_view text) {
  constexpr std::string_view kFormulas = "=+-@\t\r";
  std::string made(!text.empty() && kFormulas.find(text.front()) != kFormulas.npos ? "'" : "");
  made += text;
  if (made.find_first_of(",\"\r\n") == std::string::npos) return made;
  std::string quoted = "\"";
  for (const char c : made) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

// All lines have the same time until which everything is in there; a figure that is being put right has the one until which it is good.
class Lines {
 public:
  Lines(std::optional<Time> as_of, std::vector<Correction> corrections) : as_of_(as_of ? rfc3339(*as_of) : std::string{}), corrections_(std::move(corrections)) {}

  std::string line(std::string_view name, const Figure& figure, const FigureKey& key) const {
    std::string made = field(name);
    for (const auto count : figure.counts) made += "," + std::to_string(count);
    return made + "," + std::to_string(figure.bytes_grown) + "," + std::to_string(figure.messages_grown) + "," + as_of_ + "," + good_until(key) + "\r\n";
  }

 private:
  std::string good_until(const FigureKey& key) const {
    std::optional<Hour> earliest;
    for (const auto& each : corrections_)
      if (each.touches(key)) earliest = std::min(earliest.value_or(each.good_until()), each.good_until());
    return earliest ? rfc3339(statistics::time_of(*earliest)) : std::string{};
  }

  std::string as_of_;
  std::vector<Correction> corrections_;
};

std::string header(std::string_view name) {
  std::string made(name);
  statistics::each_counter([&](Counter counter) { made.append(",").append(statistics::words_of(counter).name); });
  return made + ",bytes_grown,messages_grown,as_of,under_correction\r\n";
}

std::string columns_of(std::string_view table) { return figure_columns(std::string(table) + ".%"); }

}  // namespace

Result<std::string> read_csv(Connection& connection, const SeenObject& object, Period period, Hour start) {
  const auto name = statistics::period_name(period);
  TRY(const auto total, find_figure(connection, {object.scope, object.id, period, start}));
  if (!total) return fail(Fault::NotFound, "there is no snapshot of that date");
  const bool is_domain = object.scope == Scope::Domain;
  static const auto users = "SELECT u.local, u.id, " + columns_of("s") + " FROM users u JOIN statistics s ON s.scope = 'user' AND s.object = u.id AND s.period = $2 AND s.start = $3 "
                            "WHERE u.domain = $1 ORDER BY u.folded LIMIT $4";
  static const auto domains = "SELECT d.name, d.id, " + columns_of("s") + " FROM companies c JOIN domains d ON d.company = c.id JOIN statistics s ON s.scope = 'domain' AND "
                              "s.object = d.id AND s.period = $2 AND s.start = $3 WHERE c.path >= $1 AND c.path < $5 ORDER BY d.name LIMIT $4";
  TRY(const auto rows, is_domain ? connection.run(users, {object.id, name, start, kLinesMost})
                                 : connection.run(domains, {object.path, name, start, kLinesMost, object.path + "~"}));
  TRY(const auto as_of, read_as_of(connection, object));
  TRY(auto corrections, open_corrections(connection));
  const Lines lines(as_of, std::move(corrections));
  const FigureKey all{object.scope, object.id, period, start};
  auto made = header(is_domain ? "user" : "domain");
  Figure others = *total;
  for (const auto& row : rows) {
    const auto figure = read_figure(row, 2);
    made += lines.line(is_domain ? row[0].text() + "@" + object.name : row[0].text(), figure, {is_domain ? Scope::User : Scope::Domain, row[1].text(), period, start});
    others += -figure;
  }
  // Of what was deleted, or has gone to another company, since.
  if (!others.is_zero()) made += lines.line("(others)", others, all);
  return made + lines.line("(all)", *total, all);
}

}  // namespace postroad::control
