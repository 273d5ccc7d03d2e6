#include "control/user_pages.h"

#include <algorithm>

#include "base/text.h"

namespace postroad::control {
namespace {

using sql::Connection;

// A few of the segment's rows, from its beginning or its end.
Result<sql::Rows> read(Connection& connection, Segment& segment, bool is_descending, std::uint64_t first, std::uint64_t limit) {
  std::string statement;
  for (const auto& stream : segment.streams) {
    const auto from = segment.is_sparse ? "(SELECT u.* FROM users u WHERE " + stream + " LIMIT " + segment.arguments.argument(std::int64_t{INT64_MAX}) + ") u"
                                        : "users u WHERE " + stream;
    // What is limited within, and is more than an index has, is not read in the order of an index that has them far apart.
    statement += std::string(statement.empty() ? "SELECT " : " UNION ALL SELECT ") + segment.columns + " FROM " + from;
  }
  const auto way = is_descending ? std::string(" DESC") : std::string();
  statement += " ORDER BY 1" + way;
  const auto columns = std::ranges::count(segment.columns, ',') + 1;
  for (auto column = 2; column <= columns; ++column) statement += ", " + std::to_string(column) + way;
  statement += " LIMIT " + segment.arguments.argument(limit) + " OFFSET " + segment.arguments.argument(first);
  return connection.run(statement, segment.arguments.arguments());
}

void add(const Segment& segment, const sql::Row& row, std::vector<UserKey>& into) {
  const auto dot = segment.columns.rfind("u.");
  into.push_back({segment.domain, segment.columns.substr(dot + 2), row.back().text()});
}

// `first` is within the segment.
Result<> read_page(Connection& connection, Segment segment, bool is_descending, std::uint64_t first, std::uint64_t limit, std::vector<UserKey>& into) {
  const bool is_backwards = first > segment.count / 2;
  limit = std::min(limit, segment.count - first);
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
    const auto left = range.limit - std::min<std::uint64_t>(range.limit, made.rows.size());
    const auto passed = std::min(skip, segment.count);
    if (left > 0 && passed < segment.count) TRY_OK(read_page(connection, std::move(segment), is_descending, passed, left, made.rows));
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
