#include "control/bulk_scratch.h"

#include "base/text.h"
#include "control/domains.h"
#include "control/rows.h"
#include "control/schema.h"
#include "sql/sqlite.h"

namespace postroad::control {
namespace {

using sql::Connection;

constexpr std::uint64_t kUsersMost = kCascadeMost + 1;  // that a domain's deletion looks at

}  // namespace

// A file of SQLite's own, without a name: in memory as far as it fits into the cache. All of it is one transaction that
// never ends; rows have savepoints in it.
Result<std::unique_ptr<BulkScratch>> BulkScratch::make() {
  sql::Sqlite database("", {.vfs = {}, .cache_kib = 16 << 10});
  TRY(auto connection, database.connect(sql::Access::Write));
  TRY_OK(connection->run_script("PRAGMA journal_mode=MEMORY"));
  TRY_OK(connection->run_script("PRAGMA synchronous=OFF"));
  TRY_OK(sql::migrate(*connection, migrations()));
  TRY_OK(connection->run_script("CREATE TABLE brought (key TEXT PRIMARY KEY)"));
  TRY_OK(connection->begin());
  return std::unique_ptr<BulkScratch>(new BulkScratch(std::move(connection)));
}

BulkScratch::~BulkScratch() { connection_->rollback(); }

Result<bool> BulkScratch::is_new(const std::string& key) {
  TRY(const auto rows, connection_->run("INSERT INTO brought (key) VALUES ($1) ON CONFLICT (key) DO NOTHING RETURNING key", {key}));
  return !rows.empty();
}

// Both are of one format, whose columns have one order.
Result<sql::Rows> BulkScratch::copy(Connection& real, std::string_view table, std::string_view condition, std::initializer_list<sql::Argument> arguments) {
  TRY(auto rows, real.run("SELECT * FROM " + std::string(table) + " WHERE " + std::string(condition), arguments));
  for (const auto& row : rows) {
    std::string values;
    for (std::size_t at = 1; at <= row.size(); ++at) values += (at == 1 ? "$" : ", $") + std::to_string(at);
    const std::vector<sql::Argument> held(row.begin(), row.end());
    TRY_OK(connection_->run("INSERT INTO " + std::string(table) + " VALUES (" + values + ") ON CONFLICT DO NOTHING", held));
  }
  return rows;
}

Result<> BulkScratch::bring_company(Connection& real, std::string id) {
  while (!id.empty()) {
    TRY(const bool is_needed, is_new("company " + id));
    if (!is_needed) return {};
    TRY(const auto company, company_by_id(real, id));
    if (!company) return {};
    TRY_OK(copy(real, "companies", "id = $1", {id}));
    TRY_OK(copy(real, "company_limits", "id = $1", {id}));
    TRY_OK(copy(real, "allotments", "company = $1", {id}));
    TRY_OK(copy(real, "settings", "id = $1", {id}));
    id = company->parent;
  }
  return {};
}

// What a role is held on.
Result<> BulkScratch::bring_object(Connection& real, const std::string& id) {
  switch (id.empty() ? ' ' : id.front()) {
    case 'o': return bring_company(real, id);
    case 'd': return bring_domain(real, "id = $1", id);
    case 'w': return bring_domain(real, "id = (SELECT domain FROM workgroups WHERE id = $1)", id);
    default: return {};
  }
}

Result<> BulkScratch::bring_domain(Connection& real, std::string_view condition, const std::string& value) {
  TRY(const bool is_asked, is_new("domain by " + std::string(condition) + value));
  if (!is_asked) return {};
  TRY(const auto rows, real.run(kDomains.select(condition), {value}));
  if (rows.empty()) return {};
  const auto domain = domain_from(rows[0]);
  TRY(const bool is_needed, is_new("domain " + domain.id));
  if (!is_needed) return {};
  TRY_OK(copy(real, "domains", "id = $1", {domain.id}));
  TRY_OK(copy(real, "domain_usage", "domain = $1", {domain.id}));
  TRY_OK(copy(real, "settings", "id = $1", {domain.id}));
  TRY_OK(copy(real, "workgroups", "domain = $1", {domain.id}));
  TRY_OK(copy(real, "settings", "id IN (SELECT id FROM workgroups WHERE domain = $1)", {domain.id}));
  TRY_OK(bring_company(real, domain.company));
  if (!domain.alias_of.empty()) TRY_OK(bring_domain(real, "id = $1", domain.alias_of));
  TRY_OK(copy(real, "domains", "alias_of = $1 AND alias_of <> ''", {domain.id}));
  if (!domain.catch_all.empty()) TRY_OK(bring_user(real, "id = $1", {domain.catch_all}));
  // Its users are not all there, and are counted all the same.
  TRY_OK(copy(real, "user_counts", "domain = $1", {domain.id}));
  return {};
}

Result<> BulkScratch::bring_users_of(Connection& real, const std::string& domain) {
  TRY(const auto rows, real.run("SELECT folded FROM users WHERE domain = $1 ORDER BY folded LIMIT $2", {domain, kUsersMost}));
  for (const auto& row : rows) TRY_OK(bring_named(real, domain, row[0].text()));
  return {};
}

Result<> BulkScratch::bring_named(Connection& real, const std::string& domain, std::string_view local) {
  TRY(const bool is_needed, is_new("user " + domain + " " + lower(local)));
  if (!is_needed) return {};
  return bring_user(real, "domain = $1 AND folded = $2", {domain, lower(local)});
}

// With its aliases; an alias with whose it is. Those are known by their names from then on.
Result<> BulkScratch::bring_user(Connection& real, std::string_view condition, std::initializer_list<sql::Argument> arguments) {
  TRY(const auto rows, real.run(kUsers.select(condition), arguments));
  if (rows.empty()) return {};
  const auto user = user_from(rows[0]);
  TRY_OK(is_new("user " + user.domain + " " + lower(user.local)));
  if (!user.alias_of.empty()) {
    TRY(const auto target, user_by_id(real, user.alias_of));
    if (target) TRY_OK(bring_named(real, user.domain, target->local));
  }
  TRY_OK(copy(real, "users", "id = $1", {user.id}));
  TRY_OK(copy(real, "credentials", "id = $1", {user.id}));
  TRY_OK(copy(real, "settings", "id = $1", {user.id}));
  TRY(const auto aliases, copy(real, "users", "alias_of = $1 AND alias_of <> ''", {user.id}));
  for (const auto& alias : aliases) TRY_OK(is_new("user " + user.domain + " " + user_from(alias).local));
  TRY_OK(copy(real, "mailbox_offerings", "mailbox = $1", {user.id}));
  TRY(const auto roles, copy(real, "roles", "holder = $1", {user.id}));
  for (const auto& role : roles) TRY_OK(bring_object(real, role[3].text()));
  return {};
}

Result<> BulkScratch::bring_caller(Connection& real, const JobRow& job) {
  TRY(const bool is_needed, is_new("caller"));
  if (!is_needed) return {};
  TRY_OK(copy(real, "clusters", "name <> $1", {""}));
  TRY_OK(connection_->run("UPDATE clusters SET queued = 0"));
  TRY_OK(bring_company(real, job.company));
  TRY(const auto roles, copy(real, "roles", "holder = $1", {job.submitter}));
  for (const auto& role : roles) TRY_OK(bring_object(real, role[3].text()));
  if (job.token.empty()) return {};
  TRY_OK(copy(real, "tokens", "id = $1", {job.token}));
  TRY(const auto tokens, real.run("SELECT object FROM tokens WHERE id = $1", {job.token}));
  for (const auto& token : tokens) TRY_OK(bring_object(real, token[0].text()));
  return {};
}

Result<> BulkScratch::bring(Connection& real, const BulkChange& change) {
  if (!change.company.empty()) {
    TRY(const auto company, company_by_admin_domain(real, lower(change.company)));
    if (company) TRY_OK(bring_company(real, company->id));
  }
  TRY_OK(bring_domain(real, "name = $1", lower(change.domain)));
  TRY(const auto domain, domain_by_name(real, lower(change.domain)));
  if (!domain) return {};
  if (change.is_domain) {
    if (change.action == BulkAction::Delete) return bring_users_of(real, domain->id);
    return {};
  }
  TRY_OK(bring_named(real, domain->id, change.local));
  if (!change.target.empty()) TRY_OK(bring_named(real, domain->id, change.target));
  if (!change.new_local.empty()) TRY_OK(bring_named(real, domain->id, change.new_local));
  return {};
}

Result<> BulkScratch::forget() {
  for (const char* table : {"changes", "audit", "deleted", "shares"}) TRY_OK(connection_->run("DELETE FROM " + std::string(table)));
  return {};
}

}  // namespace postroad::control
