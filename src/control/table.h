#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/database.h"

namespace postroad::control {

// A table whose rows changes put and take back. The first column is the key.
struct Table {
  std::string_view name;
  std::span<const std::string_view> columns;

  std::string list() const;  // `a, b, c`
  // `SELECT a, b, c FROM t WHERE ` and the condition.
  std::string select(std::string_view condition) const;
};
// Of all that changes put and take back; Broken where there is none of that name. tables.cc lists them.
Result<const Table*> table_named(std::string_view name);

inline constexpr std::string_view kCompanyColumns[] = {"id", "parent", "path", "name", "admin_domain", "cluster", "created_at"};
inline constexpr std::string_view kDomainColumns[] = {"id",        "company",    "name",        "alias_of",   "cluster", "is_disabled",
                                                      "catch_all", "timezone",   "language",    "filter_mx",  "spam_tag",
                                                      "spam_folder", "spam_level", "brand",     "limits",     "created_at"};
inline constexpr std::string_view kWorkgroupColumns[] = {"id", "domain", "name", "folded"};
inline constexpr std::string_view kUserColumns[] = {
    "id",  "domain",   "local",    "folded",   "type",        "workgroup",  "alias_of",    "first_name", "last_name", "title",     "phone",
    "fax", "timezone", "language", "spam_tag", "spam_folder", "spam_level", "quota_bytes", "services",   "targets",   "created_at"};
inline constexpr std::string_view kCredentialColumns[] = {"id", "password_hash", "changed_at"};
inline constexpr std::string_view kRoleColumns[] = {"id", "holder", "role", "object"};

inline constexpr std::string_view kAdministratorColumns[] = {"id", "company", "local", "password_hash", "created_at"};

inline constexpr std::string_view kCompanyLimitColumns[] = {"id", "domains", "mailboxes", "storage", "messages"};

inline constexpr Table kCompanies{"companies", kCompanyColumns};
inline constexpr Table kDomains{"domains", kDomainColumns};
inline constexpr Table kWorkgroups{"workgroups", kWorkgroupColumns};
inline constexpr Table kUsers{"users", kUserColumns};
inline constexpr Table kCredentials{"credentials", kCredentialColumns};
inline constexpr Table kRoles{"roles", kRoleColumns};
inline constexpr Table kAdministrators{"administrators", kAdministratorColumns};
inline constexpr Table kCompanyLimits{"company_limits", kCompanyLimitColumns};

// Adds the row, or takes the place of the one with its key. `columns` may be some of the table's, the key first.
Result<> put_row(sql::Connection& connection, std::string_view table, std::span<const std::string_view> columns, std::span<const sql::Value> row);
Result<> erase_row(sql::Connection& connection, std::string_view table, std::string_view key_column, std::string_view key);

// A row as it was before a change, by the columns that there were then; none: there was no row.
struct Image {
  std::string table;
  std::string key_column;
  std::string key;
  std::vector<std::pair<std::string, sql::Value>> row;
};
Result<Image> read_image(sql::Connection& connection, const Table& table, std::string_view key);
Result<> restore(sql::Connection& connection, const Image& image);

// As a text for the database.
std::string encode(const std::vector<Image>& images);
Result<std::vector<Image>> decode_images(std::string_view text);

}  // namespace postroad::control
