#include "control/accounts.h"

#include "control/errors.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

// Past it sums could leave what a database counts with.
constexpr std::int64_t kAmountMost = std::int64_t{1} << 61;
static_assert(kLimitMost < kAmountMost);

constexpr std::int64_t kNoLimit = -1;
constexpr std::string_view kAccountColumns =
    "parent, domains_most, mailboxes_most, storage_most, messages_most, domains_used, mailboxes_used, storage_used, messages_used, unmetered_used";

Account account(const sql::Row& row) {
  Account made;
  made.parent = row[0].text();
  for (const auto resource : kResources) {
    const auto at = static_cast<std::size_t>(resource);
    if (const auto most = row[1 + at].number(); most != kNoLimit) made.allotment.limits.of(resource) = static_cast<std::uint64_t>(most);
    made.allotment.spoken_for.of(resource) = row[5 + at].number();
  }
  made.allotment.spoken_for.unmetered = row[9].number();
  return made;
}

std::int64_t limit_number(const std::optional<std::uint64_t>& most) { return most ? static_cast<std::int64_t>(*most) : kNoLimit; }

std::unexpected<Error> over(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kOverLimit)); }

// Whose limit it is may be nobody's business here.
Result<> refuse(sql::Connection& connection, const Authority& authority, const std::string& company, const std::string& what) {
  TRY(const bool is_seen, authority.may(connection, company, {}, Right::See));
  if (!is_seen) return over("the limit of " + what + " is reached");
  TRY(const auto found, company_by_id(connection, company));
  return over("the limit of " + what + " of the company " + (found ? found->name : company) + " is reached");
}

Result<> check_account(sql::Connection& connection, const Authority& authority, const std::string& company, const Allotment& has, const Amounts& more) {
  for (const auto resource : kResources) {
    if (more.of(resource) <= 0) continue;
    const auto& most = has.limits.of(resource);
    if ((most && has.spoken_for.of(resource) > static_cast<std::int64_t>(*most)) || has.spoken_for.of(resource) > kAmountMost)
      return refuse(connection, authority, company, std::string(resource_name(resource)));
  }
  if (more.unmetered > 0 && has.limits.of(Resource::Storage)) return over("a mailbox needs a quota: storage is limited here");
  return {};
}

}  // namespace

Amounts weight_of(const CompanyLimits& limits, const Amounts& spoken_for) {
  auto made = spoken_for;
  for (const auto resource : kResources)
    if (const auto& most = limits.of(resource)) made.of(resource) = static_cast<std::int64_t>(*most);
  if (limits.of(Resource::Storage)) made.unmetered = 0;
  return made;
}

Result<Account> account_of(sql::Connection& connection, std::string_view company) {
  TRY(const auto row, sql::run_one(connection, "SELECT " + std::string(kAccountColumns) + " FROM allotments WHERE company = $1", {company}));
  return account(row);
}

Result<Allotment> allotment_of(sql::Connection& connection, std::string_view company) {
  TRY(auto made, account_of(connection, company));
  return std::move(made.allotment);
}

Result<> open_account(sql::Connection& connection, std::string_view company, std::string_view parent) {
  TRY_OK(connection.run("INSERT INTO allotments (company, " + std::string(kAccountColumns) + ") VALUES ($1, $2, -1, -1, -1, -1, 0, 0, 0, 0, 0)", {company, parent}));
  return {};
}

Result<> close_account(sql::Connection& connection, std::string_view company) {
  TRY(const auto has, account_of(connection, company));
  TRY_OK(speak_for(connection, nullptr, has.parent, -weight_of(has.allotment.limits, has.allotment.spoken_for)));
  TRY_OK(connection.run("DELETE FROM allotments WHERE company = $1", {company}));
  return {};
}

Result<> speak_for(sql::Connection& connection, const Authority* authority, std::string company, Amounts more) {
  static const std::string kSpeak =
      "UPDATE allotments SET domains_used = domains_used + $2, mailboxes_used = mailboxes_used + $3, storage_used = storage_used + $4, "
      "messages_used = messages_used + $5, unmetered_used = unmetered_used + $6 WHERE company = $1 RETURNING " + std::string(kAccountColumns);
  while (!company.empty() && !more.is_zero()) {
    TRY(const auto row, sql::run_one(connection, kSpeak,
                                     {company, more.of(Resource::Domains), more.of(Resource::Mailboxes), more.of(Resource::Storage), more.of(Resource::Messages), more.unmetered}));
    auto has = account(row);
    if (authority != nullptr) TRY_OK(check_account(connection, *authority, company, has.allotment, more));
    // Where there is a limit, it is the limit that those above have spoken for.
    for (const auto resource : kResources)
      if (has.allotment.limits.of(resource)) more.of(resource) = 0;
    if (has.allotment.limits.of(Resource::Storage)) more.unmetered = 0;
    company = std::move(has.parent);
  }
  return {};
}

Result<> use(sql::Connection& connection, const Authority* authority, std::string_view domain, const Amounts& more) {
  if (more.is_zero()) return {};
  TRY(const auto row, sql::run_one(connection, "UPDATE domain_usage SET mailboxes = mailboxes + $2, storage = storage + $3, messages = messages + $4, "
                                               "unmetered = unmetered + $5 WHERE domain = $1 RETURNING company",
                                   {domain, more.of(Resource::Mailboxes), more.of(Resource::Storage), more.of(Resource::Messages), more.unmetered}));
  return speak_for(connection, authority, row[0].text(), more);
}

Result<Amounts> domain_amounts(sql::Connection& connection, std::string_view domain) {
  TRY(const auto row, sql::run_one(connection, "SELECT mailboxes, storage, messages, unmetered FROM domain_usage WHERE domain = $1", {domain}));
  Amounts made;
  made.of(Resource::Domains) = 1;
  made.of(Resource::Mailboxes) = row[0].number();
  made.of(Resource::Storage) = row[1].number();
  made.of(Resource::Messages) = row[2].number();
  made.unmetered = row[3].number();
  return made;
}

Result<std::string> domain_owner(sql::Connection& connection, std::string_view domain) {
  TRY(const auto row, sql::run_one(connection, "SELECT company FROM domain_usage WHERE domain = $1", {domain}));
  return row[0].text();
}

Result<> open_domain(sql::Connection& connection, const Authority* authority, std::string_view domain, const std::string& company) {
  TRY_OK(connection.run("INSERT INTO domain_usage (domain, company, mailboxes, storage, messages, unmetered) VALUES ($1, $2, 0, 0, 0, 0)", {domain, company}));
  Amounts one;
  one.of(Resource::Domains) = 1;
  return speak_for(connection, authority, company, one);
}

Result<> close_domain(sql::Connection& connection, std::string_view domain) {
  TRY(const auto amounts, domain_amounts(connection, domain));
  TRY(const auto company, domain_owner(connection, domain));
  TRY_OK(connection.run("DELETE FROM domain_usage WHERE domain = $1", {domain}));
  return speak_for(connection, nullptr, company, -amounts);
}

Result<> set_domain_owner(sql::Connection& connection, std::string_view domain, std::string_view company) {
  TRY_OK(connection.run("UPDATE domain_usage SET company = $2 WHERE domain = $1", {domain, company}));
  return {};
}

Result<> set_limits(sql::Connection& connection, const Authority& authority, std::string_view company, const CompanyLimits& limits) {
  TRY(const auto has, account_of(connection, company));
  const auto& used = has.allotment.spoken_for;
  for (const auto resource : kResources) {
    const auto& most = limits.of(resource);
    if (most && used.of(resource) > static_cast<std::int64_t>(*most))
      return over("the limit of " + std::string(resource_name(resource)) + " is below the " + std::to_string(used.of(resource)) + " that are used and given to others");
  }
  if (limits.of(Resource::Storage) && used.unmetered > 0)
    return over("storage can't be limited: there are " + std::to_string(used.unmetered) + " mailboxes without a quota");
  TRY_OK(connection.run("UPDATE allotments SET domains_most = $2, mailboxes_most = $3, storage_most = $4, messages_most = $5 WHERE company = $1",
                        {company, limit_number(limits.of(Resource::Domains)), limit_number(limits.of(Resource::Mailboxes)),
                         limit_number(limits.of(Resource::Storage)), limit_number(limits.of(Resource::Messages))}));
  return speak_for(connection, &authority, has.parent, weight_of(limits, used) - weight_of(has.allotment.limits, used));
}

}  // namespace postroad::control
