#include "control/offerings.h"

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/names.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

constexpr std::uint64_t kPeriodMost = 3660;
constexpr auto kDay = std::chrono::hours(24);

std::unexpected<Error> no_offering() { return fail(Fault::NotFound, "there is no such offering", std::string(code::kNoOffering)); }

Offering offering_of(const sql::Row& row) {
  return {row[0].text(), row[1].text(), row[2].text(), row[3].text(), row[4].text(), static_cast<std::uint64_t>(row[5].number()), row[6].number() != 0,
          to_time(row[7].number())};
}
sql::Row to_row(const Offering& offering) {
  return {offering.id, offering.company, offering.code, offering.name, offering.description, offering.period_days, offering.is_withdrawn,
          to_number(offering.created_at)};
}

// Nothing is done when a period ends: what holds follows from when it began.
MailboxOffering mailbox_offering_of(const sql::Row& row, Offering offering, Time now) {
  MailboxOffering made{row[0].text(), std::move(offering), row[3].number() != 0, to_time(row[4].number()), std::nullopt, false};
  if (made.offering.period_days == 0) return made;
  const auto period = kDay * static_cast<std::int64_t>(made.offering.period_days);
  auto ends = made.enabled_at + period;
  if (made.auto_renew && ends <= now) ends += period * ((now - ends) / period + 1);
  made.is_expired = ends <= now;
  made.expires_at = ends;
  return made;
}

Result<std::optional<Offering>> offering_by_id(Connection& connection, std::string_view id) {
  TRY(const auto rows, connection.run(kOfferings.select("id = $1"), {id}));
  if (rows.empty()) return std::nullopt;
  return offering_of(rows[0]);
}

// Of the company and those above it: their ids are its path.
Result<std::vector<Offering>> catalogue_of(Connection& connection, const Company& company) {
  std::vector<Offering> made;
  for (const auto id : split(company.path, '/')) {
    if (id.empty()) continue;
    TRY(const auto rows, connection.run(kOfferings.select("company = $1 ORDER BY code"), {id}));
    for (const auto& row : rows) made.push_back(offering_of(row));
  }
  return made;
}

Result<std::string> offering_code(std::string_view text) {
  constexpr CharClass kCode = kAlnum | CharClass("._-");
  if (text.empty() || text.size() > 64 || !kCode.has_all(text))
    return fail(Fault::Refused, "an offering's code is 1 to 64 letters, digits, '.', '_' and '-'", std::string(code::kBadValue));
  return std::string(text);
}

Result<Company> catalogue_owner(Connection& connection, const Authority& authority, const std::string& admin_domain, Right right) {
  return admin_domain.empty() ? authority.company(connection, {}, right) : authority.company_of(connection, admin_domain, right);
}

Result<> put_offering(Draft& draft, const std::string& admin_domain, const Offerings::Spec& spec) {
  TRY(const auto company, catalogue_owner(draft.sql, draft.authority, admin_domain, Right::Companies));
  Offering offering{.id = {}, .company = company.id, .code = {}, .name = {}, .description = {}, .period_days = spec.period_days, .is_withdrawn = spec.is_withdrawn, .created_at = draft.now()};
  TRY(offering.code, offering_code(spec.code));
  TRY(offering.name, one_line(spec.name, "the offering's name"));
  TRY(offering.description, one_line(spec.description, "the offering's description", 1000));
  if (spec.period_days > kPeriodMost) return fail(Fault::Refused, "an offering's period is at most 3660 days", std::string(code::kBadValue));
  offering.id = company.id + "/" + offering.code;
  TRY(const auto before, offering_by_id(draft.sql, offering.id));
  if (before) offering.created_at = before->created_at;
  TRY(const auto count, sql::run_one(draft.sql, "SELECT count(*) FROM offerings WHERE company = $1", {company.id}));
  if (!before && static_cast<std::uint64_t>(count[0].number()) >= kOfferingsMost)
    return fail(Fault::Refused, "a company has at most 1000 offerings", std::string(code::kOverLimit));
  TRY_OK(draft.put(kOfferings, to_row(offering)));
  return draft.record({.kind = "offering.put", .subject = offering.code, .cluster = {}, .company = company.id, .domain = {}, .writes = {object::company(company.id)}, .refers = {}, .is_end = false});
}

struct Place {
  Domain domain;
  User user;
  Company company;
};
Result<Place> place_of(Connection& connection, const Authority& authority, const std::string& domain, const std::string& local, Right right) {
  Place made;
  TRY(made.domain, authority.user_domain(connection, domain, right));
  TRY(made.user, user_of(connection, made.domain, local, {UserType::Mailbox, UserType::Filter}));
  TRY(auto company, company_by_id(connection, made.domain.company));
  if (!company) return fail(Fault::Broken, "a domain's company is not there");
  made.company = std::move(*company);
  return made;
}

Result<std::vector<MailboxOffering>> offerings_of(Connection& connection, const User& user, Time now) {
  TRY(const auto rows, connection.run(kMailboxOfferings.select("mailbox = $1 ORDER BY enabled_at, id"), {user.id}));
  std::vector<MailboxOffering> made;
  for (const auto& row : rows) {
    TRY(auto offering, offering_by_id(connection, row[2].text()));
    if (offering) made.push_back(mailbox_offering_of(row, std::move(*offering), now));
  }
  return made;
}

NewChange change_of_offering(const Place& place, std::string_view kind) {
  auto change = change_of_user(place.domain, place.user, kind);
  change.cluster.clear();
  return change;
}

Result<> enable_offering(Draft& draft, const std::string& domain, const std::string& local, const std::string& wanted, bool auto_renew) {
  TRY(const auto place, place_of(draft.sql, draft.authority, domain, local, Right::Users));
  TRY(const auto catalogue, catalogue_of(draft.sql, place.company));
  const auto offering = std::ranges::find_if(catalogue, [&](const Offering& line) { return line.id == wanted || line.code == wanted; });
  if (offering == catalogue.end()) return no_offering();
  TRY(const auto owned, offerings_of(draft.sql, place.user, draft.now()));
  const auto before = std::ranges::find_if(owned, [&](const MailboxOffering& one) { return one.offering.id == offering->id; });
  const bool has = before != owned.end() && !before->is_expired;
  if (!has && offering->is_withdrawn) return no_offering();
  if (before == owned.end() && owned.size() >= kMailboxOfferingsMost)
    return fail(Fault::Refused, "a mailbox has at most 100 offerings", std::string(code::kOverLimit));
  const auto enabled_at = has ? before->enabled_at : draft.now();
  TRY_OK(draft.put(kMailboxOfferings, {place.user.id + "/" + offering->id, place.user.id, offering->id, auto_renew, to_number(enabled_at)}));
  return draft.record(change_of_offering(place, "offering.enable"));
}

Result<> disable_offering(Draft& draft, const std::string& id) {
  const auto none = [] { return no_offering(); };
  TRY(const auto rows, draft.sql.run(kMailboxOfferings.select("id = $1"), {id}));
  TRY(const auto user, user_by_id(draft.sql, rows.empty() ? std::string{} : rows[0][1].text()));
  TRY(const auto domain, domain_by_id(draft.sql, user ? user->domain : std::string{}));
  if (!domain) return none();
  TRY(const bool may, draft.authority.may(draft.sql, domain->company, domain->id, Right::Users));
  if (!may) return none();
  TRY_OK(draft.erase(kMailboxOfferings, id));
  return draft.record(change_of_offering({*domain, *user, {}}, "offering.disable"));
}

}  // namespace

Task<Result<Receipt>> Offerings::put(Caller caller, std::string admin_domain, Spec spec) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return put_offering(draft, admin_domain, spec); });
}

Task<Result<std::vector<Offering>>> Offerings::catalogue(Caller caller, std::string admin_domain) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<std::vector<Offering>> {
    TRY(const auto company, catalogue_owner(connection, authority, admin_domain, Right::See));
    return catalogue_of(connection, company);
  });
}

Task<Result<std::vector<Offering>>> Offerings::available(Caller caller, std::string domain, std::string local) {
  return core_->look(std::move(caller), [=, now = core_->machine.loop.clock().now()](Connection& connection, const Authority& authority) -> Result<std::vector<Offering>> {
    TRY(const auto place, place_of(connection, authority, domain, local, Right::See));
    TRY(auto catalogue, catalogue_of(connection, place.company));
    TRY(const auto owned, offerings_of(connection, place.user, now));
    std::erase_if(catalogue, [&](const Offering& line) {
      return line.is_withdrawn || std::ranges::any_of(owned, [&](const MailboxOffering& one) { return one.offering.id == line.id && !one.is_expired; });
    });
    return catalogue;
  });
}

Task<Result<std::vector<MailboxOffering>>> Offerings::enabled(Caller caller, std::string domain, std::string local) {
  return core_->look(std::move(caller), [=, now = core_->machine.loop.clock().now()](Connection& connection, const Authority& authority) -> Result<std::vector<MailboxOffering>> {
    TRY(const auto place, place_of(connection, authority, domain, local, Right::See));
    return offerings_of(connection, place.user, now);
  });
}

Task<Result<Receipt>> Offerings::enable(Caller caller, std::string domain, std::string local, std::string offering, bool auto_renew) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return enable_offering(draft, domain, local, offering, auto_renew); });
}

Task<Result<Receipt>> Offerings::disable(Caller caller, std::string mailbox_offering) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return disable_offering(draft, mailbox_offering); });
}

}  // namespace postroad::control
