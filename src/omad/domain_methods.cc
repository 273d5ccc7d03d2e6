#include "base/text.h"
#include "control/errors.h"
#include "omad/bulletin_methods.h"
#include "omad/method.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::UserType;

namespace {

constexpr std::size_t kDomainAliases = 1000;
constexpr std::uint64_t kCountMost = 100'000'000;

control::DomainSettings read_domain(oma::Fields& attributes) {
  control::DomainSettings settings;
  settings.more = read_common(attributes);
  settings.brand = std::exchange(settings.more.brand, std::nullopt);
  read_own(attributes, settings);
  read_defaults(attributes, settings.more);
  settings.filter_mx = attributes.text("filtermx", kValueBytes);
  settings.aliases = attributes.list("aliases", kDomainAliases, kNameBytes);
  if (const auto catch_all = inherited_text(attributes, "catchall", kNameBytes)) settings.catch_all = address_of(*catch_all).local;
  settings.is_disabled = attributes.flag("disabled");
  if (const auto company = attributes.text("company", kNameBytes)) settings.company = admin_domain_of(*company);
  if (const auto most = attributes.limit("limit_users", kCountMost)) settings.limits.emplace_back(UserType::Mailbox, *most);
  if (const auto most = attributes.limit("limit_aliases", kCountMost)) settings.limits.emplace_back(UserType::Alias, *most);
  attributes.no_others();
  return settings;
}

json::value limit_of(const control::Domain& domain, UserType type) {
  const auto& most = domain.limits.of(type);
  return most ? json::value(*most) : json::value(nullptr);
}

}  // namespace

Answering get_domain(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.needed("domain", kNameBytes);
  CO_TRY_OK(request.result());
  CO_TRY(const auto view, co_await call.api.domains.get(call.caller, name));
  CO_TRY(const auto counts, co_await call.api.domains.count(call.caller, name));
  const auto& domain = view.domain;
  json::object attributes{{"domain", domain.name}};
  show_common(attributes, view.effective);
  show_defaults(attributes, view.effective);
  attributes["aliases"] = json::value_from(view.aliases);
  attributes["catchall"] = view.catch_all;
  if (!view.company.empty()) attributes["company"] = short_name_of(view.company);
  attributes["disabled"] = domain.is_disabled;
  attributes["filtermx"] = domain.filter_mx;
  attributes["limit_aliases"] = limit_of(domain, UserType::Alias);
  attributes["limit_users"] = limit_of(domain, UserType::Mailbox);
  json::object users;
  for (const auto type : control::kUserTypes) users[control::user_type_name(type)] = counts.of(type);
  json::object metadata{{"cluster", domain.cluster},
                        {"createtime", epoch(domain.created_at)},
                        {"status", view.is_queued ? "queued" : domain.is_disabled ? "disabled" : "active"},
                        {"users", std::move(users)}};
  CO_TRY(const auto bulletins, co_await call.api.bulletins.list(call.caller, {.company = {}, .domain = name}));
  metadata["bulletins"] = show_bulletins(bulletins);
  co_return Answer{{{"attributes", std::move(attributes)}, {"metadata", std::move(metadata)}}};
}

// Makes it, or changes it where it exists and `create_only` is not given.
Answering change_domain(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.needed("domain", kNameBytes);
  const bool create_only = request.flag("create_only").value_or(false);
  oma::Fields attributes(attributes_of(request), "attributes");
  attributes.same("domain", lower(name));
  auto given = read_domain(attributes);
  request.join(attributes);
  CO_TRY_OK(request.result());
  auto& domains = call.api.domains;
  const auto view = co_await domains.get(call.caller, name);
  if (!view && view.error().code != control::code::kNoDomain) co_return std::unexpected(view.error());
  if (view && create_only) co_return fail(Fault::Conflict, "the domain exists", std::string(control::code::kDomainExists));
  if (view) {
    CO_TRY(const auto receipt, co_await domains.change(call.caller, name, std::move(given)));
    co_return answer_of(receipt);
  }
  control::NewDomain spec{.name = name, .company = {}, .cluster = {}, .settings = std::move(given)};
  if (spec.settings.company) {
    CO_TRY(const auto company, co_await call.api.companies.find(call.caller, *spec.settings.company));
    spec.company = company.id;
  }
  CO_TRY(const auto receipt, co_await domains.create(call.caller, std::move(spec)));
  co_return answer_of(receipt);
}

// It must hold no users.
Answering delete_domain(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.needed("domain", kNameBytes);
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.domains.erase(call.caller, name, false));
  co_return answer_of(receipt);
}

// By its name, or by the id that search_domains tells of deleted ones.
Answering restore_domain(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.text("domain", kNameBytes).value_or("");
  const auto id = request.text("id", kNameBytes).value_or("");
  if (name.empty() && id.empty()) request.bad("domain", "or id is missing");
  const auto new_name = request.text("new_name", kNameBytes).value_or("");
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.domains.restore(call.caller, id.empty() ? name : id, new_name));
  co_return answer_of(receipt);
}

Answering push_domain(Call call) {
  oma::Fields request(call.members, "");
  const auto name = request.needed("domain", kNameBytes);
  const auto company = request.needed("new_company", kNameBytes);
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.domains.push(call.caller, name, admin_domain_of(company)));
  co_return answer_of(receipt);
}

}  // namespace postroad::omad
