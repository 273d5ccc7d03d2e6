#include "control/user_pages.h"

#include <algorithm>

#include "base/text.h"

namespace postroad::control {
namespace {

using sql::Connection;

std::string select(const Segment& segment, const std::string& columns) {
  std::string statement;
  for (const auto& stream : segment.streams)
    statement += (statement.empty() ? "SELECT " : " UNION ALL SELECT ") + columns + " FROM " + stream.from + " WHERE " + stream.where;
  return statement;
}

// A few of the segment's rows, from its beginning or its end.
Result<sql::Rows> read(Connection& connection, Segment& segment, bool is_descending, std::uint64_t first, std::uint64_t limit) {
  auto statement = select(segment, segment.columns);
  const auto way = is_descending ? std::string(" DESC") : std::string();
  statement += " ORDER BY 1" + way;
  const auto columns = std::ranges::count(segment.columns, ',') + 1;
  for (auto column = 2; column <= columns; ++column) statement += ", " + std::to_string(column) + way;
  statement += " LIMIT " + segment.arguments.argument(limit) + " OFFSET " + segment.arguments.argument(first);
  return connection.run(statement, segment.arguments.arguments());
}

// How many there are in a segment of which nobody keeps the number, at most `most`.
Result<std::uint64_t> length_of(Connection& connection, Segment& segment, std::uint64_t most) {
  const auto limited = " LIMIT " + segment.arguments.argument(most);
  TRY(const auto rows, connection.run("SELECT count(*) FROM (" + select(segment, "1 AS one") + limited + ") found", segment.arguments.arguments()));
  return static_cast<std::uint64_t>(rows[0][0].number());
}

void add(const Segment& segment, const sql::Row& row, std::vector<UserKey>& into) {
  const auto dot = segment.columns.rfind("u.");
  into.push_back({segment.domain, segment.columns.substr(dot + 2), row.back().text()});
}

// `first` is within the segment.
Result<> read_page(Connection& connection, Segment segment, bool is_descending, std::uint64_t first, std::uint64_t limit, std::vector<UserKey>& into) {
  const bool is_backwards = segment.is_exact && first > segment.count / 2;
  if (segment.is_exact) limit = std::min(limit, segment.count - first);
  TRY(auto rows, read(connection, segment, is_descending != is_backwards, is_backwards ? segment.count - first - limit : first, limit));
  if (is_backwards) std::ranges::reverse(rows);
  for (const auto& row : rows) add(segment, row, into);
  return {};
}

}  // namespace

Result<UserKeys> read_segments(Connection& connection, std::vector<Segment> segments, bool is_descending, const Range& range) {
  if (is_descending) std::ranges::reverse(segments);
  UserKeys made;
  auto skip = range.first;
  for (auto& segment : segments) {
    made.total += segment.count;
    made.is_exact = made.is_exact && segment.is_exact;
    const auto left = range.limit - std::min<std::uint64_t>(range.limit, made.rows.size());
    const auto count = segment.is_exact ? segment.count : UINT64_MAX;
    if (left == 0 || skip >= count) {
      skip -= std::min(skip, segment.count);
      continue;
    }
    const auto before = made.rows.size();
    TRY_OK(read_page(connection, segment, is_descending, skip, left, made.rows));
    // Of one that ended before the page began, no more are passed over than there were.
    auto passed = skip;
    if (made.rows.size() == before && skip > 0) {
      TRY(passed, length_of(connection, segment, skip));
    }
    skip -= passed;
  }
  return made;
}

Result<UserKeys> read_matching(Connection& connection, std::vector<Segment> segments, bool is_descending, const Range& range, std::uint64_t most) {
  if (is_descending) std::ranges::reverse(segments);
  UserKeys made;
  most = std::max(most, range.first + range.limit);
  auto skip = range.first;
  for (auto& segment : segments) {
    TRY(const auto rows, read(connection, segment, is_descending, 0, most));
    made.total += rows.size();
    made.is_exact = made.is_exact && rows.size() < most;
    for (auto at = skip; at < rows.size() && made.rows.size() < range.limit; ++at) add(segment, rows[at], made.rows);
    skip -= std::min<std::uint64_t>(skip, rows.size());
    if (!made.is_exact) break;
  }
  return made;
}

}  // namespace postroad::control
