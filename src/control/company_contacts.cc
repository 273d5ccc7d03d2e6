#include "control/company_contacts.h"

#include <boost/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "control/company_drafts.h"
#include "control/core.h"
#include "control/errors.h"
#include "control/names.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;
using sql::Connection;

constexpr std::string_view kTypes[] = {"business", "technical", "emergency", "abuse", "billing"};

std::unexpected<Error> bad(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadValue)); }

Result<> check_contact(const Contact& contact) {
  if (std::ranges::find(kTypes, contact.type) == std::end(kTypes)) return bad("a contact's type is business, technical, emergency, abuse or billing");
  TRY_OK(one_line(contact.name, "a contact's name"));
  TRY_OK(one_line(contact.phone, "a contact's phone"));
  if (contact.notes.size() > 2000 || !is_utf8(contact.notes)) return bad("a contact's notes are over 2000 bytes, or no text");
  if (contact.email.empty()) return contact.phone.empty() ? Result<>(bad("a contact has an address or a phone")) : Result<>();
  TRY_OK(mail_targets({contact.email}));
  return {};
}

std::string text_of(const std::vector<Contact>& contacts) {
  json::array made;
  for (const auto& each : contacts)
    made.push_back({{"type", each.type}, {"name", each.name}, {"email", each.email}, {"phone", each.phone}, {"notes", each.notes}});
  return json::serialize(made);
}

Result<ContactsOfCompany> read(Connection& connection, const Company& company) {
  ContactsOfCompany made;
  TRY(const auto rows, connection.run(kCompanyContacts.select("id = $1"), {company.id}));
  if (rows.empty()) return made;
  boost::system::error_code failed;
  const auto contacts = json::parse(rows[0][1].text(), failed);
  const auto mailout = failed ? json::value() : json::parse(rows[0][2].text(), failed);
  if (failed || !contacts.is_array() || !mailout.is_array()) return fail(Fault::Broken, "a company's contacts can't be read");
  const auto text = [](const json::value& value, const char* name) { return std::string(value.at(name).as_string()); };
  for (const auto& each : contacts.get_array()) made.contacts.push_back({text(each, "type"), text(each, "name"), text(each, "email"), text(each, "phone"), text(each, "notes")});
  for (const auto& each : mailout.get_array()) made.stats_mailout.emplace_back(each.as_string());
  return made;
}

}  // namespace

Result<> change_contacts(Draft& draft, const Company& company, const std::optional<std::vector<Contact>>& contacts,
                         const std::optional<std::vector<std::string>>& stats_mailout) {
  TRY(auto made, read(draft.sql, company));
  if (contacts) {
    if (contacts->size() > kContactsMost) return bad("a company has at most 50 contacts");
    for (const auto& each : *contacts) TRY_OK(check_contact(each));
    made.contacts = *contacts;
  }
  if (stats_mailout) {
    if (stats_mailout->size() > kMailoutMost) return bad("statistics go to at most 100 addresses");
    if (!stats_mailout->empty()) TRY_OK(mail_targets(*stats_mailout));
    made.stats_mailout = *stats_mailout;
  }
  TRY_OK(draft.put(kCompanyContacts, {company.id, text_of(made.contacts), json::serialize(json::value_from(made.stats_mailout))}));
  return draft.record({.kind = "company.contacts", .subject = company.admin_domain, .cluster = {}, .company = company.id, .domain = {}, .writes = {object::company(company.id)},
                       .refers = {}, .is_end = false});
}

Task<Result<ContactsOfCompany>> CompanyContacts::get(Caller caller, std::string company) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<ContactsOfCompany> {
    TRY(const auto found, authority.company(connection, lower(company), Right::See));
    return read(connection, found);
  });
}

Task<Result<Receipt>> CompanyContacts::change(Caller caller, std::string company, std::optional<std::vector<Contact>> contacts,
                                              std::optional<std::vector<std::string>> stats_mailout) {
  return core_->accept(std::move(caller), [=](Draft& draft) -> Result<> {
    TRY(const auto found, draft.authority.company(draft.sql, lower(company), Right::Companies));
    return change_contacts(draft, found, contacts, stats_mailout);
  });
}

}  // namespace postroad::control
