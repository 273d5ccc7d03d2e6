#include "control/audit_rows.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

namespace json = boost::json;

constexpr std::size_t kValueBytes = 2000;
constexpr std::size_t kFieldsMost = 500;
constexpr std::size_t kPurged = 4096;
constexpr std::string_view kSecret = "(secret)";

// What may hold something that lets somebody in, or rows that do.
bool is_secret(std::string_view name) {
  constexpr std::string_view kParts[] = {"password", "hash", "secret", "sealed", "token", "kept"};
  return std::ranges::any_of(kParts, [&](const auto part) { return name.contains(part); });
}

std::string text_of(const sql::Value& value) { return value.is_null() ? std::string{} : value.is_text() ? value.text() : std::to_string(value.number()); }

// Of what was not there, nothing and no number are not worth a word.
bool is_nothing(const std::string& text) { return text.empty() || text == "0"; }

std::string cut(std::string text) {
  if (text.size() <= kValueBytes) return text;
  auto end = kValueBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // between characters
  const auto size = text.size();
  text.resize(end);
  return text + "... (" + std::to_string(size) + " octets)";
}

void add_field(std::vector<FieldChange>& into, const std::string& object, std::string_view field, std::string from, std::string to) {
  if (from == to || into.size() >= kFieldsMost) return;
  if (is_secret(field)) {
    if (!from.empty()) from = kSecret;
    if (!to.empty()) to = kSecret;
  }
  into.push_back({object, std::string(field), cut(std::move(from)), cut(std::move(to))});
}

// A column that holds an object of many settings is told by setting.
bool add_members(std::vector<FieldChange>& into, const std::string& object, std::string_view field, const std::string& from, const std::string& to) {
  if (!from.starts_with('{') && !to.starts_with('{')) return false;
  boost::system::error_code failed;
  const auto was = from.empty() ? json::value(json::object{}) : json::parse(from, failed);
  if (failed || !was.is_object()) return false;
  const auto is = to.empty() ? json::value(json::object{}) : json::parse(to, failed);
  if (failed || !is.is_object()) return false;
  const auto shown = [](const json::value* value) {
    return value == nullptr ? std::string{} : value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
  };
  for (const auto& [name, value] : was.get_object()) add_field(into, object, std::string(field) + "." + std::string(name), shown(&value), shown(is.get_object().if_contains(name)));
  for (const auto& [name, value] : is.get_object())
    if (!was.get_object().contains(name)) add_field(into, object, std::string(field) + "." + std::string(name), {}, shown(&value));
  return true;
}

// Of an alias its name and its target say all.
bool is_told(const Touched& row, std::string_view field) {
  if (field == "folded" || field == "brand_folded" || field == "path") return false;  // say nothing that the name does not
  if (row.table != &kUsers || (row.is_there() ? row.is("type") : row.was("type")).text() != "alias") return true;
  return field == "local" || field == "alias_of";
}

}  // namespace

std::vector<FieldChange> field_changes(std::span<const Touched> touched) {
  std::vector<FieldChange> made;
  for (const auto& row : touched) {
    if (row.before.table == "deleted") continue;  // what is kept aside is told where it is taken from, or put back
    const auto object = row.before.table + "/" + row.before.key;
    const bool is_change = row.was_there() && row.is_there();
    for (std::size_t at = 1; at < row.table->columns.size(); ++at) {
      const auto field = row.table->columns[at];
      if (!is_told(row, field)) continue;
      auto from = row.was_there() ? text_of(row.was(field)) : std::string{};
      auto to = row.is_there() ? text_of(row.after[at]) : std::string{};
      if (from == to || (!is_change && is_nothing(from) && is_nothing(to))) continue;
      if (!is_secret(field) && add_members(made, object, field, from, to)) continue;
      add_field(made, object, field, std::move(from), std::move(to));
    }
  }
  return made;
}

Result<std::string> company_path(sql::Connection& connection, std::string_view company, std::span<const Touched> touched) {
  TRY(const auto rows, connection.run("SELECT path FROM companies WHERE id = $1", {company}));
  if (!rows.empty()) return rows[0][0].text();
  for (const auto& row : touched)
    if (row.before.table == kCompanies.name && row.before.key == company && row.was_there()) return row.was("path").text();
  return std::string{};
}

Result<> write_audit(sql::Connection& connection, const Caller& caller, Time now, const AuditEntry& entry, std::int64_t seq) {
  if (seq == 0) {
    TRY(const auto counted, sql::run_one(connection, "UPDATE counters SET value = value + 1 WHERE name = 'change' RETURNING value"));
    seq = counted[0].number();
  }
  TRY_OK(connection.run("INSERT INTO audit (seq, request, at, actor, face, peer, path, domain, kind, subject, object, change, details) "
                        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                        {seq, caller.request, to_number(now), caller.name, caller.face, caller.peer, entry.path, entry.domain, entry.kind, lower(entry.subject), entry.object,
                         entry.change, encode(entry.fields)}));
  return {};
}

Result<> note_taken_back(sql::Connection& connection, std::int64_t change, std::string_view state, const std::string& reason, Time now) {
  TRY(const auto rows, connection.run("SELECT request, kind, subject, object, path, domain, change, details FROM audit WHERE seq = $1", {change}));
  if (rows.empty()) return {};  // older than the audit
  const auto& row = rows.front();
  auto caller = Caller::system();
  caller.request = row[0].text();
  AuditEntry entry{row[1].text() + "." + std::string(state), row[2].text(), row[3].text(), row[4].text(), row[5].text(), row[6].text(), {{{}, "reason", {}, reason}}};
  for (auto& field : decode_fields(row[7].text())) {
    std::swap(field.from, field.to);
    entry.fields.push_back(std::move(field));
  }
  return write_audit(connection, caller, now, entry);
}

Result<> purge_audit(sql::Connection& connection, Time before) {
  TRY_OK(connection.run("DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE at < $1 ORDER BY at LIMIT $2)", {to_number(before), kPurged}));
  return {};
}

std::string encode(const std::vector<FieldChange>& fields) {
  json::array made;
  for (const auto& field : fields) made.push_back(json::array{field.object, field.field, field.from, field.to});
  return json::serialize(made);
}

std::vector<FieldChange> decode_fields(std::string_view text) {
  std::vector<FieldChange> made;
  boost::system::error_code failed;
  const auto parsed = json::parse(text, failed);
  if (failed || !parsed.is_array()) return made;
  for (const auto& field : parsed.get_array()) {
    if (!field.is_array() || field.get_array().size() != 4) continue;
    const auto at = [&](std::size_t n) { return field.get_array()[n].is_string() ? std::string(field.get_array()[n].get_string()) : std::string{}; };
    made.push_back({at(0), at(1), at(2), at(3)});
  }
  return made;
}

}  // namespace postroad::control
