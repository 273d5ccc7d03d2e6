#include "control/table.h"

#include <boost/json.hpp>

#include "control/user_counts.h"

namespace postroad::control {

namespace json = boost::json;

std::string Table::list() const {
  std::string made;
  for (const auto column : columns) made.append(made.empty() ? "" : ", ").append(column);
  return made;
}

std::string Table::select(std::string_view condition) const {
  return "SELECT " + list() + " FROM " + std::string(name) + " WHERE " + std::string(condition);
}

namespace {

Result<> upsert(sql::Connection& connection, std::string_view table, std::span<const std::string_view> columns, std::span<const sql::Value> row) {
  const Table named{table, columns};
  std::string values;
  std::string updates;
  for (std::size_t at = 0; at < columns.size(); ++at) {
    values += (at == 0 ? "$" : ", $") + std::to_string(at + 1);
    if (at > 0) updates.append(at == 1 ? "" : ", ").append(columns[at]).append(" = excluded.").append(columns[at]);
  }
  const auto statement = "INSERT INTO " + std::string(table) + " (" + named.list() + ") VALUES (" + values + ") ON CONFLICT (" +
                         std::string(columns[0]) + ") DO UPDATE SET " + updates;
  const std::vector<sql::Argument> arguments(row.begin(), row.end());
  TRY_OK(connection.run(statement, arguments));
  return {};
}

}  // namespace

Result<> put_row(sql::Connection& connection, std::string_view table, std::span<const std::string_view> columns,
                 std::span<const sql::Value> row) {
  check(row.size() == columns.size(), "a row has its table's columns");
  if (table != kUsers.name) return upsert(connection, table, columns, row);
  return recount_user(connection, row[0].text(), columns, row,
                      [&](std::span<const std::string_view> with_kept, std::span<const sql::Value> values) { return upsert(connection, table, with_kept, values); });
}

Result<> erase_row(sql::Connection& connection, std::string_view table, std::string_view key_column, std::string_view key) {
  const auto write = [&](auto, auto) -> Result<> {
    TRY_OK(connection.run("DELETE FROM " + std::string(table) + " WHERE " + std::string(key_column) + " = $1", {key}));
    return {};
  };
  return table == kUsers.name ? recount_user(connection, key, {}, {}, write) : write(0, 0);
}

Result<Image> read_image(sql::Connection& connection, const Table& table, std::string_view key) {
  const auto key_column = std::string(table.columns[0]);
  TRY(auto rows, connection.run(table.select(key_column + " = $1"), {key}));
  Image image{std::string(table.name), key_column, std::string(key), {}};
  if (rows.empty()) return image;
  for (std::size_t at = 0; at < table.columns.size(); ++at) image.row.emplace_back(table.columns[at], std::move(rows[0][at]));
  return image;
}

Result<> restore(sql::Connection& connection, const Image& image) {
  if (image.row.empty()) return erase_row(connection, image.table, image.key_column, image.key);
  std::vector<std::string_view> columns;
  sql::Row row;
  for (const auto& [column, value] : image.row) {
    columns.push_back(column);
    row.push_back(value);
  }
  return put_row(connection, image.table, columns, row);
}

std::string encode(const std::vector<Image>& images) {
  json::array all;
  for (const auto& image : images) {
    json::object row;
    for (const auto& [column, value] : image.row) row[column] = value.is_text() ? json::value(value.text()) : json::value(value.number());
    all.push_back({{"table", image.table}, {"key_column", image.key_column}, {"key", image.key}, {"row", std::move(row)}});
  }
  return json::serialize(all);
}

Result<std::vector<Image>> decode_images(std::string_view text) {
  std::vector<Image> images;
  try {
    const auto parsed = json::parse(text);
    for (const auto& entry : parsed.as_array()) {
      Image& image = images.emplace_back();
      image.table = json::value_to<std::string>(entry.at("table"));
      image.key_column = json::value_to<std::string>(entry.at("key_column"));
      image.key = json::value_to<std::string>(entry.at("key"));
      for (const auto& [column, value] : entry.at("row").as_object())
        image.row.emplace_back(column, value.is_string() ? sql::Value(std::string(value.as_string())) : sql::Value(value.as_int64()));
    }
  } catch (const std::exception& failure) {
    return fail(Fault::Broken, std::string("a change's images can't be read: ") + failure.what());
  }
  return images;
}

}  // namespace postroad::control
