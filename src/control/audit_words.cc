#include "control/audit_words.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

using sql::Connection;

// Fields that hold an object's id.
constexpr std::string_view kReferences[] = {"alias_of", "catch_all", "cause", "company", "domain", "holder", "mailbox", "object", "owner", "parent", "workgroup"};
constexpr std::string_view kIdTypes = "adopw";  // user, domain, company, administrator, workgroup

bool refers(const FieldChange& field, const std::string& raw) {
  return !raw.empty() && kIdTypes.contains(raw.front()) && is_id(raw, raw.front()) && std::ranges::find(kReferences, field.field) != std::end(kReferences);
}

std::string object_of(const std::string& id) {
  switch (id.front()) {
    case 'o': return "company/" + id;
    case 'd': return "domain/" + id;
    case 'w': return "workgroup/" + id;
    default: return "user/" + id;
  }
}

// An entry's own time, and what its other fields say.
bool is_noise(const FieldChange& field) {
  if (field.field == "changed_at" || field.field == "folded" || field.field == "path") return true;
  if (field.field == "created_at" || field.field == "enabled_at") return field.from.empty();
  return field.field == "limits" && field.from.empty() && field.to.find_first_not_of(',') == std::string::npos;
}

std::string services_text(const std::string& raw) {
  constexpr std::string_view kStates[] = {"enabled", "disabled", "suspended"};
  const auto services = decode_services(raw);
  std::string made;
  for (const auto service : feed::kServices)
    if (services.of(service) != ServiceState::Enabled)
      made.append(made.empty() ? "" : ", ").append(feed::service_name(service)).append(" ").append(kStates[static_cast<std::size_t>(services.of(service))]);
  return made.empty() ? "all enabled" : made;
}

std::string limits_text(const std::string& raw) {
  const auto limits = decode_limits(raw);
  std::string made;
  for (const auto type : kUserTypes)
    if (const auto most = limits.of(type)) made.append(made.empty() ? "" : ", ").append(user_type_name(type)).append(" ").append(std::to_string(*most));
  return made.empty() ? "none" : made;
}

struct Name {
  std::string text;
  std::string path;
  std::string domain;
};

// What the last entry about it says; nothing where there is none any more.
Result<std::optional<Name>> audited_name(Connection& connection, const std::string& id, std::int64_t number) {
  TRY(const auto rows, connection.run("SELECT subject, path, domain, details FROM audit WHERE object = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1", {object_of(id), number}));
  if (rows.empty()) return std::nullopt;
  Name made{rows[0][0].text(), rows[0][1].text(), rows[0][2].text()};
  // The entry of a renaming has the name before it.
  for (const auto& field : decode_fields(rows[0][3].text()))
    if (field.field == "local" && field.object.ends_with("/" + id) && !field.to.empty() && made.text.contains('@')) made.text = field.to + made.text.substr(made.text.rfind('@'));
  return made;
}

// As it is called now; nothing where it is gone.
Result<std::optional<Name>> name_now(Connection& connection, const std::string& id) {
  const auto statement = [&]() -> std::string_view {
    switch (id.front()) {
      case 'o': return "SELECT admin_domain, path, '' FROM companies WHERE id = $1";
      case 'd': return "SELECT d.name, c.path, d.id FROM domains d JOIN companies c ON c.id = d.company WHERE d.id = $1";
      case 'w': return "SELECT d.name || '/' || w.name, c.path, d.id FROM workgroups w JOIN domains d ON d.id = w.domain JOIN companies c ON c.id = d.company WHERE w.id = $1";
      case 'p': return "SELECT a.local || '@' || c.admin_domain, c.path, '' FROM administrators a JOIN companies c ON c.id = a.company WHERE a.id = $1";
      default: return "SELECT u.local || '@' || d.name, c.path, d.id FROM users u JOIN domains d ON d.id = u.domain JOIN companies c ON c.id = d.company WHERE u.id = $1";
    }
  }();
  TRY(const auto rows, connection.run(statement, {id}));
  if (rows.empty()) return std::nullopt;
  return Name{rows[0][0].text(), rows[0][1].text(), rows[0][2].text()};
}

}  // namespace

Result<std::string> AuditWords::name_then(const std::string& id, std::int64_t number) {
  if (const auto known = kept_.find(id); known != kept_.end()) return known->second;
  TRY(auto name, audited_name(connection_, id, number));
  if (!name) {
    TRY(name, name_now(connection_, id));
  }
  auto text = name && authority_.may_in(name->path, name->domain, Right::Audit) ? name->text : id;
  // A workgroup's subject has its domain before it.
  if (id.front() == 'w') text = text.substr(text.find('/') + 1);
  if (id.front() == 'o' || id.front() == 'd' || id.front() == 'w') kept_.emplace(id, text);
  return text;
}

Result<std::string> AuditWords::value(const FieldChange& field, const std::string& raw, std::int64_t number) {
  if (raw.empty()) return raw;
  if (refers(field, raw)) return name_then(raw, number);
  if (field.field == "services" && raw.find_first_not_of("eds") == std::string::npos) return services_text(raw);
  if (field.field == "limits") return limits_text(raw);
  if (field.object.starts_with("company_limits/") && raw == "-1") return "none";
  if (!field.field.ends_with("_at")) return raw;
  const auto microseconds = parse_number(raw, INT64_MAX);
  if (!microseconds) return raw;
  return *microseconds == 0 ? std::string{} : rfc3339(to_time(static_cast<std::int64_t>(*microseconds)));
}

Result<std::vector<FieldChange>> AuditWords::shown(const AuditView& entry) {
  std::vector<FieldChange> made;
  for (const auto& field : entry.fields) {
    if (is_noise(field)) continue;
    TRY(auto from, value(field, field.from, entry.number));
    TRY(auto to, value(field, field.to, entry.number));
    made.push_back({field.object, field.field, std::move(from), std::move(to)});
  }
  return made;
}

}  // namespace postroad::control
