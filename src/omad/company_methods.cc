#include "base/text.h"
#include "omad/bulletin_methods.h"
#include "omad/method.h"
#include "omad/search.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::Resource;

namespace {

// The attributes of limits.
struct LimitName {
  Resource resource;
  std::string_view name;
};
constexpr LimitName kLimitNames[] = {{Resource::Domains, "limit_domains"},
                                     {Resource::Mailboxes, "limit_users"},
                                     {Resource::Storage, "limit_storage"},
                                     {Resource::Messages, "limit_messages"}};

json::object attributes_of_company(const control::CompanyView& view) {
  json::object made{{"company", short_name_of(view.company.admin_domain)}, {"name", view.company.name}, {"cluster", view.company.cluster}};
  for (const auto& [resource, name] : kLimitNames) {
    const auto& most = view.limits.of(resource);
    made[name] = most ? json::value(*most) : json::value(nullptr);
  }
  return made;
}

json::object metadata_of_company(const control::CompanyView& view) {
  json::object used;
  for (const auto& [resource, name] : kLimitNames) used[control::resource_name(resource)] = view.spoken_for.of(resource);
  return {{"parent", short_name_of(view.parent)}, {"createtime", epoch(view.company.created_at)}, {"companies", view.children}, {"used", std::move(used)}};
}

constexpr std::size_t kCompanies = 1000;

std::optional<std::vector<control::Contact>> read_contacts(oma::Fields& attributes) {
  const auto* const given = attributes.objects("contacts", control::kContactsMost);
  if (given == nullptr) return {};
  std::vector<control::Contact> made;
  for (const auto& one : *given) {
    oma::Fields contact(one.get_object(), "contacts");
    const auto text = [&](std::string_view name) { return contact.text(name, kValueBytes, name == "notes").value_or(""); };
    made.push_back({text("type"), text("name"), text("email"), text("phone"), text("notes")});
    contact.no_others();
    attributes.join(contact);
  }
  return made;
}

control::MoreOfCompany read_more(oma::Fields& attributes) {
  control::MoreOfCompany made;
  made.settings = read_common(attributes);
  read_own(attributes, made.settings);
  read_defaults(attributes, made.settings);
  made.settings.push_allowed = attributes.list("domain_push_allowed", kCompanies, kNameBytes);
  if (made.settings.push_allowed)
    for (auto& name : *made.settings.push_allowed) name = admin_domain_of(name);
  made.contacts = read_contacts(attributes);
  made.stats_mailout = attributes.list("stats_mailout", control::kMailoutMost, kNameBytes);
  return made;
}

// What get_company tells beside search_companies.
io::Task<Result<void>> show_more(Call* call, std::string name, json::object* attributes, json::object* metadata) {
  CO_TRY(const auto settings, co_await call->api.defaults.company(call->caller, name));
  CO_TRY(const auto contacts, co_await call->api.company_contacts.get(call->caller, name));
  CO_TRY(const auto bulletins, co_await call->api.bulletins.list(call->caller, {.company = name, .domain = {}}));
  show_common(*attributes, settings.own);
  show_defaults(*attributes, settings.own);
  json::array allowed;
  for (const auto& company : settings.own.push_allowed) allowed.emplace_back(short_name_of(company));
  (*attributes)["domain_push_allowed"] = std::move(allowed);
  json::array people;
  for (const auto& each : contacts.contacts)
    people.push_back({{"type", each.type}, {"name", each.name}, {"email", each.email}, {"phone", each.phone}, {"notes", each.notes}});
  (*attributes)["contacts"] = std::move(people);
  (*attributes)["stats_mailout"] = json::value_from(contacts.stats_mailout);
  (*metadata)["bulletins"] = show_bulletins(bulletins);
  co_return Result<void>();
}

}  // namespace

// Without a name: the caller's own.
Answering get_company(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.text("company", kNameBytes).value_or("");
  CO_TRY_OK(request.result());
  CO_TRY(const auto view, co_await call.api.companies.get(call.caller, name.empty() ? "" : admin_domain_of(name)));
  auto attributes = attributes_of_company(view);
  auto metadata = metadata_of_company(view);
  CO_TRY_OK(co_await show_more(&call, view.company.admin_domain, &attributes, &metadata));
  co_return Answer{{{"attributes", std::move(attributes)}, {"metadata", std::move(metadata)}}};
}

// Makes it, below the caller's own company or `parent`, or changes it where it exists and `create_only` is not given.
Answering change_company(Call call) {
  oma::Fields request(call.members, "");
  const auto name = admin_domain_of(request.needed("company", kNameBytes));
  const bool create_only = request.flag("create_only").value_or(false);
  const auto parent = request.text("parent", kNameBytes).value_or("");
  oma::Fields attributes(attributes_of(request), "attributes");
  attributes.same("company", short_name_of(name));
  control::CompanySettings settings;
  settings.name = attributes.text("name", kValueBytes);
  settings.cluster = attributes.text("cluster", kValueBytes);
  for (const auto& [resource, attribute] : kLimitNames)
    if (const auto most = attributes.limit(attribute, control::kLimitMost)) settings.limits.emplace_back(resource, *most);
  settings.more = read_more(attributes);
  attributes.no_others();
  request.join(attributes);
  CO_TRY_OK(request.result());

  auto& companies = call.api.companies;
  const auto view = co_await companies.get(call.caller, name);
  if (!view && view.error().code != "NO_COMPANY") co_return std::unexpected(view.error());
  if (view && create_only) co_return fail(Fault::Conflict, "the company exists", "COMPANY_EXISTS");
  if (!view) {
    control::NewCompany spec{.parent = parent.empty() ? "" : admin_domain_of(parent),
                             .name = settings.name.value_or(short_name_of(name)),
                             .admin_domain = name,
                             .cluster = settings.cluster.value_or(""),
                             .limits = std::move(settings.limits),
                             .more = std::move(settings.more)};
    CO_TRY(const auto made, co_await companies.create(call.caller, std::move(spec)));
    co_return Answer{{{"company", json::string(short_name_of(made.admin_domain))}}};
  }
  CO_TRY(const auto receipt, co_await companies.change(call.caller, name, std::move(settings)));
  co_return answer_of(receipt);
}

// It must hold neither domains nor companies.
Answering delete_company(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.needed("company", kNameBytes);
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.companies.erase(call.caller, admin_domain_of(name)));
  co_return answer_of(receipt);
}

Answering search_companies(Call call) {
  oma::Fields request(call.members, "");
  const auto search = read_search(request);
  oma::Fields criteria(criteria_of(request), "criteria");
  control::CompanySearch wanted;
  wanted.match = criteria.text("match", kNameBytes).value_or("");
  const auto under = criteria.text("company", kNameBytes).value_or("");
  if (!under.empty()) wanted.under = admin_domain_of(under);
  criteria.no_others();
  request.join(criteria);
  if (search.sort_by == "createtime") wanted.order = control::CompanyOrder::CreatedAt;
  else if (search.sort_by == "company") wanted.order = control::CompanyOrder::AdminDomain;
  else if (!search.sort_by.empty() && search.sort_by != "name") request.bad("sort", "is by name, company or createtime");
  wanted.is_descending = search.is_descending;
  wanted.range = search.range;
  CO_TRY_OK(request.result());
  CO_TRY(const auto found, co_await call.api.companies.search(call.caller, std::move(wanted)));
  json::array made;
  for (const auto& view : found.rows) {
    auto line = attributes_of_company(view);
    line["createtime"] = epoch(view.company.created_at);
    made.push_back(std::move(line));
  }
  const auto count = made.size();
  co_return Answer{{{"count", count}, {"total_count", found.total}, {"companies", std::move(made)}}};
}

// Who administers what the caller sees.
Answering search_admins(Call call) {
  oma::Fields request(call.members, "");
  const auto search = read_search(request);
  oma::Fields criteria(criteria_of(request), "criteria");
  control::AdminSearch wanted;
  wanted.match = criteria.text("match", kNameBytes).value_or("");
  wanted.role = criteria.text("type", 32).value_or("");
  criteria.no_others();
  request.join(criteria);
  wanted.is_descending = search.is_descending;
  wanted.range = search.range;
  CO_TRY_OK(request.result());
  CO_TRY(const auto found, co_await call.api.roles.search(call.caller, std::move(wanted)));
  json::array made;
  for (const auto& line : found.rows) made.push_back({{"user", line.user}, {"type", line.role}, {"control", json::value_from(line.objects)}});
  const auto count = made.size();
  co_return Answer{{{"count", count}, {"total_count", found.total}, {"admins", std::move(made)}}};
}

namespace {

struct Asked {
  Address who;
  control::Grant grant;
};
Result<Asked> asked(oma::Fields request) {
  Asked made{address_of(request.needed("user", kNameBytes)), {.role = request.needed("role", 32), .object = request.needed("object", 2 * kNameBytes)}};
  TRY_OK(request.result());
  // A company may be named as elsewhere here.
  if (made.grant.role.starts_with("company") && !made.grant.object.contains('/')) made.grant.object = admin_domain_of(made.grant.object);
  return made;
}

}  // namespace

// In place of all roles that it has.
Answering set_role(Call call) {
  CO_TRY(auto what, asked({call.members, ""}));
  CO_TRY(const auto receipt, co_await call.api.roles.set(call.caller, what.who.local, what.who.domain, {what.grant}));
  co_return answer_of(receipt);
}

Answering add_role(Call call) {
  CO_TRY(auto what, asked({call.members, ""}));
  CO_TRY(const auto receipt, co_await call.api.roles.add(call.caller, what.who.local, what.who.domain, what.grant));
  co_return answer_of(receipt);
}

Answering remove_role(Call call) {
  CO_TRY(auto what, asked({call.members, ""}));
  CO_TRY(const auto receipt, co_await call.api.roles.remove(call.caller, what.who.local, what.who.domain, what.grant));
  co_return answer_of(receipt);
}

}  // namespace postroad::omad
