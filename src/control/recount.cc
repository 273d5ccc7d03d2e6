#include <algorithm>
#include <map>

#include "control/accounts.h"
#include "control/limits.h"

namespace postroad::control {
namespace {

using sql::Connection;

constexpr std::string_view kUsers =
    "SELECT domain, count(*), CAST(sum(quota_bytes) AS BIGINT), CAST(sum(CASE WHEN quota_bytes = 0 THEN 1 ELSE 0 END) AS BIGINT) FROM users WHERE type = 'mailbox' GROUP BY domain";
// What waits to be freed is spoken for as long as it waits.
constexpr std::string_view kWaiting =
    "SELECT object, domains, mailboxes, storage, messages, unmetered FROM reservations WHERE is_taken_back = 0 AND kind = $1";
constexpr std::int64_t kOfDomain = 0;
constexpr std::int64_t kOfCompany = 1;

Result<> add_waiting(Connection& connection, std::int64_t kind, std::map<std::string, Amounts>& into) {
  TRY(const auto rows, connection.run(kWaiting, {kind}));
  for (const auto& row : rows) {
    auto& amounts = into[row[0].text()];
    for (const auto resource : kResources) amounts.of(resource) += row[1 + static_cast<std::size_t>(resource)].number();
    amounts.unmetered += row[5].number();
  }
  return {};
}

// Domains with what their users take.
Result<> recount_domains(Connection& connection) {
  std::map<std::string, Amounts> used;
  TRY(const auto rows, connection.run(kUsers));
  for (const auto& row : rows) {
    auto& amounts = used[row[0].text()];
    amounts.of(Resource::Mailboxes) = row[1].number();
    amounts.of(Resource::Storage) = row[2].number();
    amounts.unmetered = row[3].number();
  }
  TRY_OK(add_waiting(connection, kOfDomain, used));
  TRY_OK(connection.run("DELETE FROM domain_usage WHERE domain NOT IN (SELECT id FROM domains WHERE alias_of = '') "
                        "AND domain NOT IN (SELECT object FROM reservations WHERE kind = 2 AND is_taken_back = 0)"));
  TRY_OK(connection.run("INSERT INTO domain_usage (domain, company, mailboxes, storage, messages, unmetered) SELECT id, company, 0, 0, 0, 0 FROM domains "
                        "WHERE alias_of = '' AND id NOT IN (SELECT domain FROM domain_usage)"));
  TRY(const auto domains, connection.run("SELECT domain FROM domain_usage"));
  for (const auto& row : domains) {
    const auto& amounts = used[row[0].text()];
    TRY_OK(connection.run("UPDATE domain_usage SET mailboxes = $2, storage = $3, messages = $4, unmetered = $5 WHERE domain = $1",
                          {row[0].text(), amounts.of(Resource::Mailboxes), amounts.of(Resource::Storage), amounts.of(Resource::Messages), amounts.unmetered}));
  }
  return {};
}

Result<std::map<std::string, Amounts>> own_of_companies(Connection& connection) {
  std::map<std::string, Amounts> made;
  TRY(const auto rows, connection.run("SELECT company, count(*), CAST(sum(mailboxes) AS BIGINT), CAST(sum(storage) AS BIGINT), CAST(sum(messages) AS BIGINT), CAST(sum(unmetered) AS BIGINT) FROM domain_usage GROUP BY company"));
  for (const auto& row : rows) {
    auto& amounts = made[row[0].text()];
    for (const auto resource : kResources) amounts.of(resource) = row[1 + static_cast<std::size_t>(resource)].number();
    amounts.unmetered = row[5].number();
  }
  TRY_OK(add_waiting(connection, kOfCompany, made));
  return made;
}

// Each company's own, and from the leaves up what it weighs on those above it.
Result<> recount_companies(Connection& connection) {
  TRY_OK(connection.run("INSERT INTO allotments (company, parent, domains_most, mailboxes_most, storage_most, messages_most, domains_used, mailboxes_used, storage_used, "
                        "messages_used, unmetered_used) SELECT id, parent, -1, -1, -1, -1, 0, 0, 0, 0, 0 FROM companies WHERE id NOT IN (SELECT company FROM allotments)"));
  TRY_OK(connection.run("UPDATE allotments SET domains_used = 0, mailboxes_used = 0, storage_used = 0, messages_used = 0, unmetered_used = 0"));
  TRY(const auto own, own_of_companies(connection));
  TRY(const auto rows, connection.run("SELECT company, domains_most, mailboxes_most, storage_most, messages_most FROM allotments"));
  for (const auto& row : rows) {
    // Every limit weighs on the parent, whatever is used.
    CompanyLimits limits;
    for (const auto resource : kResources)
      if (const auto most = row[1 + static_cast<std::size_t>(resource)].number(); most >= 0) limits.of(resource) = static_cast<std::uint64_t>(most);
    TRY(const auto account, account_of(connection, row[0].text()));
    TRY_OK(speak_for(connection, nullptr, account.parent, weight_of(limits, {})));
    if (const auto used = own.find(row[0].text()); used != own.end()) TRY_OK(speak_for(connection, nullptr, row[0].text(), used->second));
  }
  return {};
}

}  // namespace

Result<> recount_amounts(Connection& connection) {
  TRY_OK(recount_domains(connection));
  return recount_companies(connection);
}

Result<> recount_once(Connection& connection) {
  TRY(const auto counted, connection.run("SELECT 1 FROM names WHERE name = 'limits.counted'"));
  if (!counted.empty()) return {};
  TRY_OK(recount_amounts(connection));
  TRY_OK(connection.run("INSERT INTO names (name, value) VALUES ('limits.counted', 'yes')"));
  return {};
}

}  // namespace postroad::control
