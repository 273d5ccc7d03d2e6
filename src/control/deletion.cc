#include "control/deletion.h"

#include <algorithm>

#include "base/text.h"
#include "control/offerings.h"
#include "control/rows.h"
#include "control/settings.h"

namespace postroad::control {
namespace {

using sql::Connection;

Result<> keep(Connection& connection, const Table& table, std::string_view key, std::vector<Image>& into) {
  TRY(auto image, read_image(connection, table, key));
  if (!image.row.empty()) into.push_back(std::move(image));
  return {};
}

Result<> keep_all(Connection& connection, const Table& table, std::string_view condition, std::string_view value, std::vector<Image>& into) {
  TRY(const auto rows, connection.run("SELECT " + std::string(table.columns[0]) + " FROM " + std::string(table.name) + " WHERE " + std::string(condition), {value}));
  for (const auto& row : rows) TRY_OK(keep(connection, table, row[0].text(), into));
  return {};
}

sql::Row to_row(const Deleted& deleted) {
  return {deleted.id,          std::string(deleted.is_domain ? "domain" : "user"), deleted.company,  deleted.domain,
          deleted.cause,       deleted.name,                          lower(deleted.name), deleted.type,
          deleted.cluster,     deleted.quota_bytes,                   to_number(deleted.deleted_at), to_number(deleted.purge_at),
          encode(deleted.rows)};
}

Result<Deleted> from_row(const sql::Row& row) {
  Deleted made;
  made.id = row[0].text();
  made.is_domain = row[1].text() == "domain";
  made.company = row[2].text();
  made.domain = row[3].text();
  made.cause = row[4].text();
  made.name = row[5].text();
  made.type = row[7].text();
  made.cluster = row[8].text();
  made.quota_bytes = static_cast<std::uint64_t>(row[9].number());
  made.deleted_at = to_time(row[10].number());
  made.purge_at = to_time(row[11].number());
  TRY(made.rows, decode_images(row[12].text()));
  return made;
}

Result<std::vector<Deleted>> all(Connection& connection, const std::string& condition, std::initializer_list<sql::Argument> arguments) {
  TRY(const auto rows, connection.run(kDeleted.select(condition), arguments));
  std::vector<Deleted> made;
  for (const auto& row : rows) {
    TRY(auto one, from_row(row));
    made.push_back(std::move(one));
  }
  return made;
}

}  // namespace

Result<> keep_deleted(Draft& draft, const Domain& domain, const User& user, std::string_view cause) {
  Deleted made{.id = user.id,
               .is_domain = false,
               .company = domain.company,
               .domain = domain.id,
               .cause = std::string(cause),
               .name = user.local,
               .type = std::string(user_type_name(user.type)),
               .cluster = domain.cluster,
               .quota_bytes = user.quota_bytes,
               .deleted_at = draft.now(),
               .purge_at = draft.purge_at(),
               .rows = {}};
  for (const auto* table : {&kUsers, &kCredentials, &kSettings}) TRY_OK(keep(draft.sql, *table, user.id, made.rows));
  TRY_OK(keep_all(draft.sql, kUsers, "alias_of = $1 AND alias_of <> '' ORDER BY folded", user.id, made.rows));
  TRY_OK(keep_all(draft.sql, kRoles, "holder = $1 ORDER BY id", user.id, made.rows));
  TRY_OK(keep_all(draft.sql, kMailboxOfferings, "mailbox = $1 ORDER BY id", user.id, made.rows));
  return draft.put(kDeleted, to_row(made));
}

Result<> keep_deleted(Draft& draft, const Domain& domain, std::string_view cause) {
  Deleted made{.id = domain.id,
               .is_domain = true,
               .company = domain.company,
               .domain = {},
               .cause = std::string(cause),
               .name = domain.name,
               .type = domain.alias_of.empty() ? "domain" : "alias",
               .cluster = domain.cluster,
               .deleted_at = draft.now(),
               .purge_at = draft.purge_at(),
               .rows = {}};
  TRY_OK(keep(draft.sql, kDomains, domain.id, made.rows));
  TRY_OK(keep(draft.sql, kSettings, domain.id, made.rows));
  TRY_OK(keep_all(draft.sql, kWorkgroups, "domain = $1 ORDER BY folded", domain.id, made.rows));
  TRY_OK(keep_all(draft.sql, kSettings, "id IN (SELECT id FROM workgroups WHERE domain = $1) ORDER BY id", domain.id, made.rows));
  return draft.put(kDeleted, to_row(made));
}

Result<std::optional<Deleted>> deleted_user(Connection& connection, std::string_view domain, std::string_view name_or_id, Time now) {
  TRY(auto found, is_id(name_or_id, 'a')
                      ? all(connection, "id = $1 AND domain = $2 AND kind = 'user' AND purge_at > $3", {name_or_id, domain, to_number(now)})
                      : all(connection, "domain = $2 AND folded = $1 AND kind = 'user' AND purge_at > $3 ORDER BY deleted_at DESC, id DESC LIMIT 1",
                            {lower(name_or_id), domain, to_number(now)}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

// Only among companies under one of the paths.
Result<std::optional<Deleted>> deleted_domain(Connection& connection, std::string_view name_or_id, const std::vector<std::string>& paths, Time now) {
  TRY(auto found, is_id(name_or_id, 'd') ? all(connection, "id = $1 AND kind = 'domain' AND purge_at > $2", {name_or_id, to_number(now)})
                                         : all(connection, "folded = $1 AND kind = 'domain' AND purge_at > $2 ORDER BY deleted_at DESC, id DESC",
                                               {lower(name_or_id), to_number(now)}));
  for (auto& one : found) {
    TRY(const auto company, company_by_id(connection, one.company));
    for (const auto& path : paths)
      if (company && company->path.starts_with(path)) return std::move(one);
  }
  return std::nullopt;
}

Result<std::vector<Deleted>> deleted_with(Connection& connection, std::string_view cause) {
  return all(connection, "cause = $1 AND cause <> '' ORDER BY kind, deleted_at, folded", {cause});
}

std::vector<const Image*> images_of(const Deleted& deleted, const Table& table) {
  std::vector<const Image*> made;
  for (const auto& image : deleted.rows)
    if (image.table == table.name) made.push_back(&image);
  return made;
}

sql::Row row_of(const Image& image, const Table& table) {
  sql::Row row;
  for (const auto column : table.columns) {
    const auto found = std::ranges::find(image.row, column, [](const auto& entry) { return std::string_view(entry.first); });
    row.push_back(found == image.row.end() ? sql::Value(std::string{}) : found->second);
  }
  return row;
}

Result<> put_image(Draft& draft, const Table& table, const Image& image) { return draft.put(table, row_of(image, table)); }

Result<std::size_t> forget_overdue(Connection& connection, Time now, std::uint64_t most) {
  for (const char* table : {"bulletins", "sieve_scripts"})
    TRY_OK(connection.run("DELETE FROM " + std::string(table) + " WHERE owner IN (SELECT id FROM deleted WHERE purge_at <= $1 ORDER BY purge_at, id LIMIT $2)", {to_number(now), most}));
  TRY(const auto rows, connection.run("DELETE FROM deleted WHERE id IN (SELECT id FROM deleted WHERE purge_at <= $1 ORDER BY purge_at, id LIMIT $2) RETURNING id", {to_number(now), most}));
  return rows.size();
}

}  // namespace postroad::control
