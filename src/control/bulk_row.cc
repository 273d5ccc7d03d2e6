#include "control/bulk_row.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "control/errors.h"

namespace postroad::control {
namespace json = boost::json;
namespace {

constexpr std::string_view kColumns[] = {"action",   "address",  "domain",     "company",  "type",         "workgroup",    "alias_of",     "new_name",          "password", "generate_password",
                                         "first_name", "last_name", "title",    "phone",        "fax",          "timezone",     "language",          "spam_tag", "spam_folder",
                                         "spam_level", "quota",   "targets",    "service_smtpin", "service_smtprelay", "service_imap", "service_pop", "service_webmail"};

bool is_known(std::string_view column) { return std::ranges::find(kColumns, column) != std::end(kColumns); }

// For texts that come from outside: as much of it as is harmless to show.
std::string shown(std::string_view text) {
  std::string made;
  for (const char c : text.substr(0, 40)) made += c >= ' ' && c < 0x7f ? c : '?';
  return made;
}

// A value as SQL can hold it, and people can read it.
std::string check_text(std::string_view column, std::string_view text) {
  if (text.contains('\0')) return std::string(column) + " holds a NUL";
  if (!is_utf8(text)) return std::string(column) + " is not UTF-8";
  return {};
}

void give(BulkRow& row, std::string_view column, std::string text) {
  if (auto problem = check_text(column, text); !problem.empty() && row.problem.empty()) row.problem = std::move(problem);
  if (row.problem.empty()) row.given.emplace_back(column, std::move(text));
}

// A value of JSON as a CSV file would have it; nothing where it is none that a column can have.
std::optional<std::string> text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_bool()) return value.as_bool() ? "yes" : "no";
  if (value.is_int64() || value.is_uint64()) return json::serialize(value);
  if (!value.is_array()) return {};
  std::string made;
  for (const auto& each : value.as_array()) {
    if (!each.is_string()) return {};
    made.append(made.empty() ? "" : ";").append(each.as_string());
  }
  return made;
}

json::parse_options shallow() {
  json::parse_options options;
  options.max_depth = 4;
  return options;
}

}  // namespace

std::span<const std::string_view> bulk_columns() { return kColumns; }

std::string_view BulkRow::of(std::string_view column) const {
  const auto at = std::ranges::find(given, column, [](const auto& each) -> std::string_view { return each.first; });
  return at == given.end() ? std::string_view() : at->second;
}

Result<std::vector<std::string>> bulk_header(const std::vector<std::string>& fields, std::uint64_t line) {
  const auto bad = [&](std::string_view what) { return fail(Fault::Syntax, "line " + std::to_string(line) + ": " + std::string(what), std::string(code::kBadValue)); };
  std::vector<std::string> header;
  for (const auto& field : fields) {
    auto column = lower(trim(field));
    if (!is_known(column)) return bad("there is no column '" + shown(column) + "'");
    if (std::ranges::find(header, column) != header.end()) return bad("the column " + column + " is there twice");
    header.push_back(std::move(column));
  }
  return header;
}

// An empty field is one that is not given.
BulkRow row_of_csv(const std::vector<std::string>& header, std::uint64_t line, const std::vector<std::string>& fields) {
  BulkRow row{.line = line, .given = {}, .problem = {}};
  if (fields.size() != header.size()) {
    row.problem = "expected " + std::to_string(header.size()) + " fields, there are " + std::to_string(fields.size());
    return row;
  }
  for (std::size_t at = 0; at < fields.size(); ++at)
    if (!fields[at].empty()) give(row, header[at], fields[at]);
  return row;
}

BulkRow row_of_json(std::uint64_t line, std::string_view text) {
  BulkRow row{.line = line, .given = {}, .problem = {}};
  boost::system::error_code failed;
  const auto parsed = json::parse(text, failed, {}, shallow());
  if (failed || !parsed.is_object()) {
    row.problem = "expected one JSON object on a line";
    return row;
  }
  for (const auto& [name, value] : parsed.get_object()) {
    if (value.is_null()) continue;
    auto field = text_of(value);
    if (!is_known(name)) row.problem = "there is no column '" + shown(name) + "'";
    else if (!field) row.problem = std::string(name) + ": expected a text, a number, a truth value or a list of texts";
    else give(row, name, std::move(*field));
    if (!row.problem.empty()) break;
  }
  if (!row.problem.empty()) row.given.clear();
  return row;
}

std::string encode_rows(std::span<const BulkRow> rows) {
  json::array made;
  for (const auto& row : rows) {
    json::object given;
    for (const auto& [column, text] : row.given) given[column] = text;
    made.push_back(json::array{row.line, row.problem, std::move(given)});
  }
  return json::serialize(made);
}

Result<std::vector<BulkRow>> decode_rows(std::string_view text) {
  const auto broken = [] { return fail(Fault::Broken, "a bulk job's rows are damaged"); };
  boost::system::error_code failed;
  const auto parsed = json::parse(text, failed);
  if (failed || !parsed.is_array()) return broken();
  std::vector<BulkRow> rows;
  for (const auto& each : parsed.get_array()) {
    const auto* const parts = each.if_array();
    if (parts == nullptr || parts->size() != 3 || !(*parts)[0].is_number() || !(*parts)[1].is_string() || !(*parts)[2].is_object()) return broken();
    BulkRow row{.line = (*parts)[0].to_number<std::uint64_t>(), .given = {}, .problem = std::string((*parts)[1].get_string())};
    for (const auto& [column, value] : (*parts)[2].get_object()) {
      if (!value.is_string()) return broken();
      row.given.emplace_back(column, value.get_string());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace postroad::control
