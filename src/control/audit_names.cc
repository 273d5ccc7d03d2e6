#include "control/audit_names.h"

#include <algorithm>
#include <map>

#include "base/id.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

using sql::Connection;

bool is_reference(std::string_view field) {
  constexpr std::string_view kReferences[] = {"alias_of", "catch_all", "company", "domain", "holder", "mailbox", "object", "parent", "workgroup"};
  return std::ranges::find(kReferences, field) != std::end(kReferences);
}

class Names {
 public:
  Names(Connection& connection, std::string_view path, std::string_view domain, std::span<const Touched> touched)
      : connection_(connection), path_(path), domain_(domain), touched_(touched) {}

  // As it was given where it is no id, nothing is known of it, or it lies outside.
  Result<std::string> of(const std::string& text) {
    if (text.size() != kIdSize) return text;
    if (const auto known = names_.find(text); known != names_.end()) return known->second;
    TRY(auto name, find(text));
    return names_[text] = name.empty() ? text : std::move(name);
  }

 private:
  Result<std::string> find(const std::string& id) {
    if (is_id(id, 'o')) return company(id);
    if (is_id(id, 'd')) return domain(id);
    if (is_id(id, 'w')) return in_domain(kWorkgroups, id, "name");
    if (is_id(id, 'a')) return in_domain(kUsers, id, "local");
    if (is_id(id, 'p')) return administrator(id);
    return std::string{};
  }

  // A row's columns: as it is, or as it was before this change took it away; nothing: it is not known.
  Result<std::vector<std::string>> row(const Table& table, const std::string& id, std::initializer_list<std::string_view> columns) {
    std::vector<std::string> made;
    for (const auto& one : touched_) {
      if (one.before.key != id || one.before.table != table.name || one.is_there()) continue;
      for (const auto column : columns) made.push_back(one.was_there() ? one.was(column).text_or_empty() : std::string{});
      return made;
    }
    std::string listed;
    for (const auto column : columns) listed += (listed.empty() ? "" : ", ") + std::string(column);
    TRY(const auto rows, connection_.run("SELECT " + listed + " FROM " + std::string(table.name) + " WHERE id = $1", {id}));
    if (rows.empty()) return made;
    for (const auto& value : rows[0]) made.push_back(value.text_or_empty());
    return made;
  }

  Result<std::string> company(const std::string& id) {
    TRY(const auto found, row(kCompanies, id, {"admin_domain", "path"}));
    return found.empty() || !found[1].starts_with(path_) ? std::string{} : found[0];
  }
  Result<std::string> domain(const std::string& id) {
    TRY(const auto found, row(kDomains, id, {"name", "company"}));
    if (found.empty() || id == domain_) return found.empty() ? std::string{} : found[0];
    if (!domain_.empty()) return std::string{};
    TRY(const auto owner, company(found[1]));
    return owner.empty() ? std::string{} : found[0];
  }
  Result<std::string> in_domain(const Table& table, const std::string& id, std::string_view column) {
    TRY(const auto found, row(table, id, {column, "domain"}));
    if (found.empty()) return std::string{};
    TRY(const auto where, of(found[1]));
    if (where == found[1]) return std::string{};
    return &table == &kUsers ? found[0] + "@" + where : domain_.empty() ? where + "/" + found[0] : found[0];
  }
  Result<std::string> administrator(const std::string& id) {
    TRY(const auto found, row(kAdministrators, id, {"local", "company"}));
    if (found.empty()) return std::string{};
    TRY(const auto owner, of(found[1]));
    return owner == found[1] ? std::string{} : found[0] + "@" + owner;
  }

  Connection& connection_;
  std::string_view path_;
  std::string_view domain_;
  std::span<const Touched> touched_;
  std::map<std::string, std::string> names_;
};

}  // namespace

Result<> name_references(Connection& connection, std::string_view path, std::string_view domain, std::span<const Touched> touched,
                         std::vector<FieldChange>& fields) {
  Names within(connection, path, domain, touched);
  Names anywhere(connection, path, {}, touched);
  for (auto& field : fields) {
    if (!is_reference(field.field)) continue;
    // Who sees an alias domain sees what it is an alias of.
    auto& names = field.field == "alias_of" && field.object.starts_with("domains/") ? anywhere : within;
    TRY(field.from, names.of(field.from));
    TRY(field.to, names.of(field.to));
  }
  return {};
}

Result<> SeenNames::put(std::vector<FieldChange>& fields) {
  for (auto& field : fields) {
    if (!is_reference(field.field)) continue;
    TRY(field.from, of(field.from));
    TRY(field.to, of(field.to));
  }
  return {};
}

Result<std::string> SeenNames::of(const std::string& text) {
  if (text.size() != kIdSize) return text;
  if (const auto known = names_.find(text); known != names_.end()) return known->second;
  TRY(auto name, find(text));
  return names_[text] = name.empty() ? text : std::move(name);
}

// Empty: it is gone, or not the reader's to see.
Result<std::string> SeenNames::find(const std::string& id) {
  if (is_id(id, 'd')) return seen_domain(id);
  if (is_id(id, 'w')) {
    TRY(const auto workgroup, workgroup_by_id(connection_, id));
    TRY(const auto where, seen_domain(workgroup ? workgroup->domain : std::string{}));
    return where.empty() ? std::string{} : workgroup->name;
  }
  if (is_id(id, 'a')) {
    TRY(const auto user, user_by_id(connection_, id));
    TRY(const auto where, seen_domain(user ? user->domain : std::string{}));
    return where.empty() ? std::string{} : user->local + "@" + where;
  }
  TRY(const auto rows, connection_.run("SELECT admin_domain, path FROM companies WHERE id = $1 UNION ALL "
                                       "SELECT a.local || '@' || c.admin_domain, c.path FROM administrators a JOIN companies c ON c.id = a.company WHERE a.id = $1", {id}));
  return rows.empty() || !authority_.may_in(rows[0][1].text(), {}, Right::See) ? std::string{} : rows[0][0].text();
}

Result<std::string> SeenNames::seen_domain(const std::string& id) {
  TRY(const auto domain, domain_by_id(connection_, id));
  if (!domain) return std::string{};
  TRY(const bool may, authority_.may(connection_, domain->company, domain->id, Right::See));
  return may ? domain->name : std::string{};
}

}  // namespace postroad::control
