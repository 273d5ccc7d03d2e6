#include "base/text.h"
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

// The company's own name here is its administrators' domain without `.adm`.
std::string short_name(std::string_view admin_domain) {
  return std::string(admin_domain.ends_with(".adm") ? admin_domain.substr(0, admin_domain.size() - 4) : admin_domain);
}

json::object attributes_of_company(const control::CompanyView& view) {
  json::object made{{"company", short_name(view.company.admin_domain)}, {"name", view.company.name}, {"cluster", view.company.cluster}};
  for (const auto& [resource, name] : kLimitNames) {
    const auto& most = view.limits.of(resource);
    made[name] = most ? json::value(*most) : json::value(nullptr);
  }
  return made;
}

json::object metadata_of_company(const control::CompanyView& view) {
  json::object used;
  for (const auto& [resource, name] : kLimitNames) used[control::resource_name(resource)] = view.spoken_for.of(resource);
  return {{"parent", short_name(view.parent)}, {"createtime", epoch(view.company.created_at)}, {"companies", view.children}, {"used", std::move(used)}};
}

}  // namespace

// Without a name: the caller's own.
Answering get_company(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.text("company", kNameBytes).value_or("");
  CO_TRY_OK(request.result());
  CO_TRY(const auto view, co_await call.api.companies.get(call.caller, name.empty() ? "" : admin_domain_of(name)));
  co_return Answer{{{"attributes", attributes_of_company(view)}, {"metadata", metadata_of_company(view)}}};
}

// Makes it, below the caller's own company or `parent`, or changes it where it exists and `create_only` is not given.
Answering change_company(Call call) {
  oma::Fields request(call.members, "");
  const auto name = admin_domain_of(request.needed("company", kNameBytes));
  const bool create_only = request.flag("create_only").value_or(false);
  const auto parent = request.text("parent", kNameBytes).value_or("");
  oma::Fields attributes(attributes_of(request), "attributes");
  control::CompanySettings settings;
  settings.name = attributes.text("name", kValueBytes);
  settings.cluster = attributes.text("cluster", kValueBytes);
  control::LimitSettings limits;
  for (const auto& [resource, attribute] : kLimitNames)
    if (const auto most = attributes.number(attribute, control::kLimitMost)) limits.emplace_back(resource, *most);
  attributes.no_others();
  request.join(attributes);
  CO_TRY_OK(request.result());

  auto& companies = call.api.companies;
  const auto view = co_await companies.get(call.caller, name);
  if (!view && view.error().code != "NO_COMPANY") co_return std::unexpected(view.error());
  if (view && create_only) co_return fail(Fault::Conflict, "the company exists", "COMPANY_EXISTS");
  if (!view) {
    control::NewCompany spec{.parent = parent.empty() ? "" : admin_domain_of(parent),
                             .name = settings.name.value_or(short_name(name)),
                             .admin_domain = name,
                             .cluster = settings.cluster.value_or(""),
                             .limits = std::move(limits)};
    CO_TRY(const auto made, co_await companies.create(call.caller, std::move(spec)));
    co_return Answer{{{"company", json::string(short_name(made.admin_domain))}}};
  }
  CO_TRY(auto receipt, co_await companies.change(call.caller, name, std::move(settings)));
  if (!limits.empty()) {
    CO_TRY(receipt, co_await companies.set_limits(call.caller, name, std::move(limits)));
  }
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
