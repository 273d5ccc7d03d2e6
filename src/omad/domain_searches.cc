#include "omad/method.h"
#include "omad/search.h"
#include "omad/user_attributes.h"

// search_domains
namespace postroad::omad {
namespace json = boost::json;

namespace {

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
  const bool is_alias = !domain.alias_of.empty();
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
  if (!search.sort_by.empty() && search.sort_by != "domain") request.bad("sort", "is by domain");
  CO_TRY_OK(request.result());
  wanted.is_descending = search.is_descending;
  wanted.range = search.range;
  CO_TRY(const auto found, co_await call.api.domains.search(call.caller, std::move(wanted)));
  json::array made;
  for (const auto& domain : found.found.rows) made.push_back(shown(domain));
  const auto count = made.size();
  oma::Members members{{"count", count}, {"total_count", found.found.total}};
  if (!found.is_total_exact) members.emplace_back("total_count_exact", false);
  members.emplace_back("domains", std::move(made));
  co_return Answer{std::move(members)};
}

}  // namespace postroad::omad
