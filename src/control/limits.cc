#include "control/limits.h"

#include <algorithm>
#include <map>

#include "control/accounts.h"
#include "control/errors.h"
#include "control/rows.h"

namespace postroad::control {
namespace {

constexpr std::int64_t kQuotaMost = std::int64_t{1} << 50;

// What waits until a change is settled, as a row of `reservations`.
enum class Kind : std::int64_t {
  Use,      // a domain's users take so much less
  Company,  // a company has so much less spoken for
  Domain,   // a domain's account is closed
  Account,  // a company's account is closed
  Return,   // a domain that moved goes back to the company, which still holds so much for it
  Recount,  // the change is older than accounts
};
enum class When : std::int64_t { Applied, TakenBack };

struct Reservation {
  When when = When::Applied;
  Kind kind = Kind::Use;
  std::string object;   // a domain's id, or a company's
  std::string company;  // of Return
  Amounts amounts;
};

// A change's entries: what is to be done now was done; the rest waits.
struct Entry {
  sql::Connection& connection;
  const Authority& authority;
  std::int64_t change;
  bool is_settled;
};

Result<> carry_out(sql::Connection& connection, const Reservation& what);

Result<> keep(const Entry& entry, const Reservation& what) {
  if (entry.is_settled) return what.when == When::Applied ? carry_out(entry.connection, what) : Result<>{};
  const auto& amounts = what.amounts;
  TRY_OK(entry.connection.run("INSERT INTO reservations (change, is_taken_back, kind, object, company, domains, mailboxes, storage, messages, unmetered) "
                              "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                              {entry.change, static_cast<std::int64_t>(what.when), static_cast<std::int64_t>(what.kind), what.object, what.company,
                               amounts.of(Resource::Domains), amounts.of(Resource::Mailboxes), amounts.of(Resource::Storage),
                               amounts.of(Resource::Messages), amounts.unmetered}));
  return {};
}

// Back at the company that it came from: others' changes of its users were settled meanwhile.
Result<> return_domain(sql::Connection& connection, const Reservation& what) {
  TRY(const auto amounts, domain_amounts(connection, what.object));
  TRY(const auto company, domain_owner(connection, what.object));
  TRY_OK(speak_for(connection, nullptr, company, -amounts));
  TRY_OK(speak_for(connection, nullptr, what.company, amounts - what.amounts));
  return set_domain_owner(connection, what.object, what.company);
}

Result<> carry_out(sql::Connection& connection, const Reservation& what) {
  switch (what.kind) {
    case Kind::Use: return use(connection, nullptr, what.object, -what.amounts);
    case Kind::Company: return speak_for(connection, nullptr, what.object, -what.amounts);
    case Kind::Domain: return close_domain(connection, what.object);
    case Kind::Account: return close_account(connection, what.object);
    case Kind::Return: return return_domain(connection, what);
    case Kind::Recount: return recount_amounts(connection);
  }
  return {};
}

Amounts amounts_of_user(const std::string& type, std::int64_t quota) {
  Amounts made;
  if (type != user_type_name(UserType::Mailbox)) return made;
  made.of(Resource::Mailboxes) = 1;
  made.of(Resource::Storage) = quota;
  made.unmetered = quota == 0 ? 1 : 0;
  return made;
}

// What a change's users take more, by domain.
Result<std::map<std::string, Amounts>> more_by_domain(std::span<const Touched> touched) {
  std::map<std::string, Amounts> made;
  for (const auto& row : touched) {
    if (row.table != &kUsers) continue;
    if (row.was_there()) made[row.was("domain").text()] += -amounts_of_user(row.was("type").text(), row.was("quota_bytes").number());
    if (!row.is_there()) continue;
    const auto quota = row.is("quota_bytes").number();
    if (quota < 0 || quota > kQuotaMost) return fail(Fault::Refused, "a quota is at most " + std::to_string(kQuotaMost) + " octets", std::string(code::kBadValue));
    made[row.is("domain").text()] += amounts_of_user(row.is("type").text(), quota);
  }
  return made;
}

Result<> enter_users(const Entry& entry, std::span<const Touched> touched) {
  TRY(const auto by_domain, more_by_domain(touched));
  for (const auto& [domain, more] : by_domain) {
    const auto taken = more.rise();
    const auto freed = (-more).rise();
    TRY_OK(use(entry.connection, &entry.authority, domain, taken));
    if (!taken.is_zero()) TRY_OK(keep(entry, {.when = When::TakenBack, .kind = Kind::Use, .object = domain, .company = {}, .amounts = taken}));
    if (!freed.is_zero()) TRY_OK(keep(entry, {.when = When::Applied, .kind = Kind::Use, .object = domain, .company = {}, .amounts = freed}));
  }
  return {};
}

Result<> move_domain(const Entry& entry, const std::string& domain, const std::string& from, const std::string& to) {
  TRY(const auto amounts, domain_amounts(entry.connection, domain));
  TRY_OK(set_domain_owner(entry.connection, domain, to));
  TRY_OK(speak_for(entry.connection, &entry.authority, to, amounts));
  TRY_OK(keep(entry, {.when = When::Applied, .kind = Kind::Company, .object = from, .company = {}, .amounts = amounts}));
  return keep(entry, {.when = When::TakenBack, .kind = Kind::Return, .object = domain, .company = from, .amounts = amounts});
}

// An alias domain takes nothing.
Result<> enter_domain(const Entry& entry, const Touched& row) {
  const auto& id = row.before.key;
  if (!(row.is_there() ? row.is("alias_of") : row.was("alias_of")).text().empty()) return {};
  if (!row.was_there()) {
    TRY_OK(open_domain(entry.connection, &entry.authority, id, row.is("company").text()));
    return keep(entry, {.when = When::TakenBack, .kind = Kind::Domain, .object = id, .company = {}, .amounts = {}});
  }
  if (!row.is_there()) return keep(entry, {.when = When::Applied, .kind = Kind::Domain, .object = id, .company = {}, .amounts = {}});
  if (row.was("company") == row.is("company")) return {};
  return move_domain(entry, id, row.was("company").text(), row.is("company").text());
}

Result<> enter_company(const Entry& entry, const Touched& row) {
  const auto& id = row.before.key;
  if (!row.was_there()) {
    TRY_OK(open_account(entry.connection, id, row.is("parent").text()));
    return keep(entry, {.when = When::TakenBack, .kind = Kind::Account, .object = id, .company = {}, .amounts = {}});
  }
  if (!row.is_there()) return keep(entry, {.when = When::Applied, .kind = Kind::Account, .object = id, .company = {}, .amounts = {}});
  check(row.was("parent") == row.is("parent"), "a company stays where it is in the tree");
  return {};
}

Result<> enter_limits(const Entry& entry, const Touched& row) {
  if (!row.is_there()) return {};  // with its company
  check(entry.is_settled, "limits change at once: nothing else writes them");
  CompanyLimits limits;
  for (const auto resource : kResources)
    if (const auto most = row.is(resource_name(resource)).number(); most >= 0) limits.of(resource) = static_cast<std::uint64_t>(most);
  return set_limits(entry.connection, entry.authority, row.before.key, limits);
}

Result<> for_each_of(std::span<const Touched> touched, const Table& table, const Entry& entry, Result<> (*enter_one)(const Entry&, const Touched&)) {
  for (const auto& row : touched)
    if (row.table == &table) TRY_OK(enter_one(entry, row));
  return {};
}

}  // namespace

Result<> enter(sql::Connection& connection, const Authority& authority, std::span<const Touched> touched, std::int64_t change, bool is_settled) {
  const Entry entry{connection, authority, change, is_settled};
  TRY_OK(for_each_of(touched, kCompanies, entry, enter_company));
  TRY_OK(for_each_of(touched, kCompanyLimits, entry, enter_limits));
  TRY_OK(for_each_of(touched, kDomains, entry, enter_domain));
  return enter_users(entry, touched);
}

Result<> settle_amounts(sql::Connection& connection, std::int64_t change, bool is_applied) {
  TRY(const auto rows, connection.run("DELETE FROM reservations WHERE change = $1 RETURNING is_taken_back, kind, object, company, domains, mailboxes, storage, messages, unmetered",
                                      {change}));
  std::vector<Reservation> due;
  for (const auto& row : rows) {
    Reservation what{static_cast<When>(row[0].number()), static_cast<Kind>(row[1].number()), row[2].text(), row[3].text(), {}};
    if ((what.when == When::Applied) != is_applied) continue;
    for (const auto resource : kResources) what.amounts.of(resource) = row[4 + static_cast<std::size_t>(resource)].number();
    what.amounts.unmetered = row[8].number();
    due.push_back(std::move(what));
  }
  std::ranges::sort(due, {}, &Reservation::kind);  // an account is closed last
  for (const auto& what : due) TRY_OK(carry_out(connection, what));
  return {};
}

}  // namespace postroad::control
