#include "omad/brand_methods.h"

#include "control/errors.h"
#include "omad/search.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

namespace {

std::string company_in(oma::Fields& request) {
  const auto name = request.text("company", kNameBytes).value_or("");
  return name.empty() ? std::string() : admin_domain_of(name);
}

json::object counts_of(const control::Brand& brand) {
  const auto& counts = brand.counts;
  return {{"company", counts.companies}, {"domain", counts.domains}, {"workgroup", counts.workgroups}, {"user", counts.users}, {"total", counts.total()}};
}

struct Named {
  std::string company;
  std::string brand;
};
Result<Named> named(oma::Fields request) {
  Named made{company_in(request), request.needed("brand", kNameBytes)};
  TRY_OK(request.result());
  return made;
}

}  // namespace

Answering search_brands(Call call) {
  oma::Fields request(call.members, "");
  const auto range = read_search(request).range;
  oma::Fields criteria(criteria_of(request), "criteria");
  const auto company = company_in(criteria);
  const auto match = criteria.text("match", kNameBytes).value_or("");
  const bool deleted = criteria.flag("deleted").value_or(false);
  criteria.no_others();
  request.join(criteria);
  CO_TRY_OK(request.result());
  json::array made;
  // What was deleted is gone.
  if (deleted) co_return Answer{{{"brands", std::move(made)}, {"count", 0}, {"total_count", 0}}};
  CO_TRY(const auto found, co_await call.api.brands.search(call.caller, company, match, range));
  for (const auto& brand : found.rows) made.push_back({{"brand", brand.name}, {"counts", counts_of(brand)}});
  const auto count = made.size();
  co_return Answer{{{"brands", std::move(made)}, {"count", count}, {"total_count", found.total}}};
}

Answering search_brand_members(Call call) {
  oma::Fields request(call.members, "");
  const auto range = read_search(request).range;
  oma::Fields criteria(criteria_of(request), "criteria");
  const auto company = company_in(criteria);
  const auto brand = criteria.needed("brand", kNameBytes);
  std::vector<control::BrandMemberType> types;
  for (const auto& word : criteria.list("type", 8, 32).value_or(std::vector<std::string>())) {
    const auto type = control::parse_brand_member(word);
    if (type) types.push_back(*type);
    else criteria.bad("type", "is company, domain, workgroup or user");
  }
  criteria.no_others();
  request.join(criteria);
  CO_TRY_OK(request.result());
  CO_TRY(const auto found, co_await call.api.brands.members(call.caller, company, brand, std::move(types), range));
  json::array made;
  for (const auto& member : found.rows) made.push_back({{"type", control::brand_member_name(member.type)}, {"member", member.name}});
  const auto count = made.size();
  co_return Answer{{{"brand_members", std::move(made)}, {"count", count}, {"total_count", found.total}}};
}

// Makes it, or changes it where it exists and `create_only` is not given.
Answering change_brand(Call call) {
  oma::Fields request(call.members, "");
  const auto company = company_in(request);
  const auto brand = request.needed("brand", kNameBytes);
  const bool create_only = request.flag("create_only").value_or(false);
  oma::Fields attributes(attributes_of(request), "attributes");
  std::map<std::string, std::string> given;
  for (const auto name : control::brand_attributes())
    if (auto value = attributes.text(name, kValueBytes)) given.emplace(std::string(name), std::move(*value));
  attributes.no_others();
  request.join(attributes);
  CO_TRY_OK(request.result());
  CO_TRY(const auto receipt, co_await call.api.brands.put(call.caller, company, brand, std::move(given), create_only));
  co_return answer_of(receipt);
}

// One that does not exist is a failure that says what may be set.
Answering get_brand(Call call) {
  CO_TRY(const auto what, named({call.members, ""}));
  json::array settable;
  for (const auto name : control::brand_attributes()) settable.emplace_back(name);
  auto brand = co_await call.api.brands.get(call.caller, what.company, what.brand);
  if (!brand) {
    if (brand.error().code != control::code::kNoBrand) co_return std::unexpected(std::move(brand).error());
    co_return Answer{{{"settable_attributes", std::move(settable)}}, std::move(brand).error()};
  }
  json::object attributes;
  for (const auto& [name, value] : brand->attributes) attributes[name] = value;
  json::object metadata{{"company", short_name_of(brand->company)}, {"createtime", epoch(brand->created_at)}, {"counts", counts_of(*brand)}};
  co_return Answer{{{"brand", json::string(brand->name)}, {"settable_attributes", std::move(settable)}, {"attributes", std::move(attributes)}, {"metadata", std::move(metadata)}}};
}

Answering delete_brand(Call call) {
  CO_TRY(const auto what, named({call.members, ""}));
  CO_TRY(const auto receipt, co_await call.api.brands.erase(call.caller, what.company, what.brand));
  co_return answer_of(receipt);
}

}  // namespace postroad::omad
