#include <algorithm>

#include "omad/method.h"
#include "omad/search.h"
#include "omad/user_attributes.h"

// search_domains
namespace postroad::omad {
namespace json = boost::json;

using control::DomainOrder;

namespace {

struct OrderName {
  std::string_view name;
  DomainOrder order;
};
constexpr OrderName kOrders[] = {{"", DomainOrder::Domain},     {"domain", DomainOrder::Domain},   {"createtime", DomainOrder::CreateTime}, {"id", DomainOrder::CreateTime},
                                 {"company", DomainOrder::Company}, {"type", DomainOrder::Type}, {"delete_time", DomainOrder::DeleteTime}};

// Domains, alias domains, or, with both or neither, all.
std::optional<bool> read_aliases(oma::Fields& criteria) {
  bool has_domains = false;
  bool has_aliases = false;
  for (const auto& word : criteria.list("type", 4, 32).value_or(std::vector<std::string>{})) {
    has_domains = has_domains || word == "domain";
    has_aliases = has_aliases || word == "alias";
    if (word != "domain" && word != "alias") criteria.bad("type", "is domain or alias");
  }
  return has_domains == has_aliases ? std::nullopt : std::optional(has_aliases);
}

json::object shown(const control::DomainFound& domain) {
  const bool is_alias = domain.is_alias;
  json::object made{{"domain", domain.name}, {"type", is_alias ? "alias" : "domain"}, {"company", short_name_of(domain.company)}, {"id", domain.id}};
  if (is_alias) made["alias_target"] = domain.alias_of;
  made["status"] = domain.deleted_at ? "deleted" : domain.is_disabled ? "disabled" : "active";
  if (domain.deleted_at) {
    made["delete_time"] = epoch(*domain.deleted_at);
    return made;
  }
  made["createtime"] = epoch(domain.created_at);
  made["users"] = domain.users;
  return made;
}

}  // namespace

Answering search_domains(Call call) {
  oma::Fields request(call.members, "");
  const auto search = read_search(request);
  oma::Fields criteria(criteria_of(request), "criteria");
  control::DomainSearch wanted;
  const auto company = criteria.text("company", kNameBytes).value_or("");
  if (!company.empty()) wanted.company = admin_domain_of(company);
  wanted.aliases = read_aliases(criteria);
  wanted.match = criteria.text("match", kNameBytes).value_or("");
  wanted.deleted = criteria.flag("deleted").value_or(false);
  criteria.no_others();
  request.join(criteria);
  const auto* const order = std::ranges::find(kOrders, search.sort_by, &OrderName::name);
  if (order == std::end(kOrders)) request.bad("sort", "is by domain, createtime, id, company, type or delete_time");
  CO_TRY_OK(request.result());
  wanted.order = order->order;
  wanted.is_descending = search.is_descending;
  wanted.range = search.range;
  CO_TRY(auto found, co_await call.api.domains.search(call.caller, std::move(wanted)));
  if (search.range.limit == 0) found.found.rows.clear();  // the counts alone
  json::array made;
  for (const auto& domain : found.found.rows) made.push_back(shown(domain));
  const auto count = made.size();
  oma::Members members{{"count", count}, {"total_count", found.found.total}};
  if (!found.is_total_exact) members.emplace_back("total_count_exact", false);
  members.emplace_back("domains", std::move(made));
  co_return Answer{std::move(members)};
}

}  // namespace postroad::omad
