#include "sql/copy.h"

#include <algorithm>
#include <functional>

namespace postroad::sql {
namespace {

constexpr std::size_t kBatchArguments = 10'000;  // in one statement; engines take 30,000 and more
constexpr std::size_t kBatchRows = 500;

// What a table holds, whatever the order of its rows.
struct Sum {
  std::uint64_t rows = 0;
  std::size_t digest = 0;

  void add(const Row& row) {
    std::size_t made = row.size();
    for (const auto& value : row) {
      const auto part = value.is_null() ? 7 : value.is_text() ? std::hash<std::string>{}(value.text()) : std::hash<std::int64_t>{}(value.number()) + 1;
      made = made * 1'000'003 + part;
    }
    digest += std::hash<std::size_t>{}(made * 0x9e3779b97f4a7c15);
    ++rows;
  }
  bool operator==(const Sum&) const = default;
};

// Puts rows into a table, many with each statement.
class Batch {
 public:
  Batch(Connection& to, const std::string& table) : to_(to), table_(table) {}

  Result<> add(Row row) {
    rows_.push_back(std::move(row));
    const auto most = std::clamp<std::size_t>(kBatchArguments / rows_[0].size(), 1, kBatchRows);
    return rows_.size() >= most ? flush() : Result<>{};
  }

  Result<> flush() {
    if (rows_.empty()) return {};
    std::string statement = "INSERT INTO " + table_ + " VALUES ";
    std::vector<Argument> arguments;
    for (const auto& row : rows_) {
      statement += arguments.empty() ? "(" : ", (";
      for (const auto& value : row) {
        arguments.emplace_back(value);
        statement += (&value == &row[0] ? "$" : ", $") + std::to_string(arguments.size());
      }
      statement += ")";
    }
    TRY_OK(to_.run(statement, arguments));
    rows_.clear();
    return {};
  }

 private:
  Connection& to_;
  const std::string& table_;
  Rows rows_;
};

Result<Sum> sum_of(Connection& connection, const std::string& table, const std::function<Result<>(Row&)>& take) {
  Sum sum;
  TRY_OK(connection.each_row("SELECT * FROM " + table, [&](Row& row) {
    sum.add(row);
    return take(row);
  }));
  return sum;
}

Result<CopiedTable> copy_table(Connection& from, Connection& to, const std::string& table) {
  TRY_OK(to.run("DELETE FROM " + table));  // what the migrations put there
  Batch batch(to, table);
  TRY(const auto read, sum_of(from, table, [&](Row& row) { return batch.add(std::move(row)); }));
  TRY_OK(batch.flush());
  TRY(const auto written, sum_of(to, table, [](Row&) { return Result<>{}; }));
  if (read == written) return CopiedTable{table, read.rows};
  return fail(Fault::Broken, "the table " + table + " has " + std::to_string(read.rows) + " rows, and its copy " + std::to_string(written.rows) +
                                 (read.rows == written.rows ? ", which differ" : "") + ": nothing was kept");
}

Result<std::vector<CopiedTable>> copy_all(Connection& from, Connection& to, std::span<const Migration> migrations) {
  TRY(const auto there, to.tables());
  if (!there.empty()) return fail(Fault::Refused, "the target is not empty: it has the table " + there.front());
  TRY(const auto tables, from.tables());
  if (std::ranges::find(tables, "format") == tables.end()) return fail(Fault::Refused, "the source is no database of postroad's: it has no table format");
  TRY(const auto format, run_one(from, "SELECT version FROM format"));
  const auto number = static_cast<std::size_t>(format[0].number());
  if (number > migrations.size())
    return fail(Fault::Refused, "the source has format " + std::to_string(number) + ", and this version knows formats up to " + std::to_string(migrations.size()));

  // The same steps make the same columns in the same order.
  TRY_OK(migrate_within(to, migrations.first(number)));
  TRY(const auto made, to.tables());
  if (made != tables) return fail(Fault::Refused, "the source has other tables than its format says: it was altered by hand");
  std::vector<CopiedTable> copied;
  for (const auto& table : tables) {
    TRY(auto one, copy_table(from, to, table));
    copied.push_back(std::move(one));
  }
  return copied;
}

}  // namespace

Result<std::vector<CopiedTable>> copy_database(Database& from, Database& to, std::span<const Migration> migrations) {
  TRY_OK(from.connect(Access::Read));  // makes no file
  TRY(const auto source, from.connect(Access::Write));
  TRY(const auto target, to.connect(Access::Write));
  TRY_OK(source->begin());
  TRY_OK(target->begin());
  auto copied = copy_all(*source, *target, migrations);
  source->rollback();
  if (copied)
    if (const auto done = target->commit(); !done) copied = std::unexpected(done.error());
  if (!copied) target->rollback();
  return copied;
}

}  // namespace postroad::sql
