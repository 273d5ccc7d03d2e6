#include "omad/administrator_methods.h"

#include <algorithm>

#include "base/text.h"
#include "control/errors.h"
#include "control/names.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::AdministratorLine;
using control::UserOrder;
using control::UserStatus;

namespace {

constexpr const char* kType = "administrator";

json::array settable() { return {"password"}; }

json::object shown(const AdministratorLine& line, const std::string& domain) {
  return {{"user", line.local + "@" + domain}, {"workgroup", ""},  {"type", kType},       {"forward_recepient_count", 0},        {"forward_recepient", ""},
          {"alias_target", ""},                {"id", nullptr},    {"status", "active"}, {"createtime", epoch(line.created_at)}, {"lastlogin", nullptr}};
}

}  // namespace

bool is_administrators(std::string_view domain) { return control::is_reserved_domain(lower(domain)); }

std::unexpected<Error> refuse_administrator(std::string_view what) {
  return fail(Fault::Refused, "an administrator can't be " + std::string(what), std::string(control::code::kNotAllowed));
}

json::object only(json::object line, const std::vector<std::string>& fields) {
  if (fields.empty()) return line;
  json::object some;
  for (const auto& field : fields)
    if (auto* const value = line.if_contains(field)) some[field] = std::move(*value);
  return some;
}

json::object roles_shown(const std::vector<control::Grant>& grants) {
  json::object made;
  for (const auto& grant : grants) {
    auto& objects = made[grant.role];
    if (objects.is_null()) objects = json::array();
    objects.as_array().emplace_back(grant.role.starts_with("company") ? short_name_of(grant.object) : grant.object);
  }
  return made;
}

namespace {

// One that is there and that the caller may see: oneself, or those of companies that it may audit.
io::Task<Result<AdministratorLine>> find(Call* call, Address who) {
  CO_TRY(auto page, co_await call->api.administrators.list(call->caller, who.local + "@" + who.domain, {}));
  co_return std::move(page.rows.at(0));
}

}  // namespace

Answering get_administrator(Call call, Address who) {
  auto found = co_await find(&call, who);
  if (!found && found.error().code == control::code::kNoUser)
    co_return Answer{{{"settable_attributes", settable()}, {"metadata", json::object{{"defaults", {{"type", kType}}}, {"options", json::object()}}}}, std::move(found).error()};
  if (!found) co_return std::unexpected(std::move(found).error());
  // Who does not see its own company sees of itself that it is there.
  const auto grants = co_await call.api.roles.of(call.caller, who.local, who.domain);
  if (!grants && grants.error().fault != Fault::NotFound) co_return std::unexpected(grants.error());
  co_return Answer{{{"type", json::string(kType)},
                    {"settable_attributes", settable()},
                    {"attributes", json::object{{"account", found->local + "@" + lower(who.domain)}, {"type", kType}}},
                    {"metadata", json::object{{"roles", grants ? roles_shown(*grants) : json::object()},
                                              {"2fa_enabled", found->has_second_factor},
                                              {"createtime", epoch(found->created_at)},
                                              {"options", json::object()},
                                              {"status", "active"}}}}};
}

Answering change_administrator(Call call, Address who, json::object attributes, bool create_only) {
  oma::Fields given(attributes, "attributes");
  auto password = given.text("password", kValueBytes);
  const auto type = given.text("type", 32);
  if (type && *type != kType) given.bad("type", "is administrator in a domain of administrators");
  given.no_others();
  CO_TRY_OK(given.result());
  const auto there = co_await find(&call, who);
  if (!there && there.error().code != control::code::kNoUser) co_return std::unexpected(there.error());
  if (there && create_only) co_return fail(Fault::Conflict, "the administrator exists", std::string(control::code::kAdministratorExists));
  if (!password) co_return fail(Fault::Refused, "an administrator has a password, and nothing else that could be set", std::string(control::code::kBadPassword));
  auto& administrators = call.api.administrators;
  if (!there) {
    CO_TRY(const auto receipt, co_await administrators.create(call.caller, {.company = who.domain, .local = who.local, .role = {}}, std::move(*password)));
    co_return answer_of(receipt);
  }
  CO_TRY(const auto receipt, co_await administrators.set_password(call.caller, who.domain, who.local, std::move(*password)));
  co_return answer_of(receipt);
}

Answering delete_administrator(Call call, Address who) {
  CO_TRY(const auto receipt, co_await call.api.administrators.erase(call.caller, who.domain, who.local));
  co_return answer_of(receipt);
}

// A company has a thousand of them at most: they are sorted here.
Answering search_administrators(Call call, control::UserSearch wanted, std::vector<std::string> fields) {
  const auto domain = lower(wanted.domain);
  std::vector<AdministratorLine> found;
  control::From from{.place = {}, .most = control::kPageMost};
  do {
    CO_TRY(auto page, co_await call.api.administrators.list(call.caller, domain, from));
    std::ranges::move(page.rows, std::back_inserter(found));
    from.place = page.next;
  } while (!from.place.empty());
  if (!wanted.workgroup.empty()) co_return fail(Fault::NotFound, "administrators are in no workgroup", std::string(control::code::kNoWorkgroup));
  const bool is_none = !wanted.types.empty() || (!wanted.statuses.empty() && std::ranges::find(wanted.statuses, UserStatus::Active) == wanted.statuses.end());
  std::erase_if(found, [&](const auto& line) { return is_none || !control::is_match(line.local, wanted.match); });
  if (wanted.order == UserOrder::CreateTime) std::ranges::sort(found, {}, [](const AdministratorLine& line) { return std::pair(line.created_at, line.local); });
  if (wanted.is_descending) std::ranges::reverse(found);
  json::array made;
  for (auto at = wanted.range.first; at < found.size() && made.size() < wanted.range.limit; ++at) made.push_back(only(shown(found[at], domain), fields));
  const auto count = made.size();
  co_return Answer{{{"count", count}, {"total_count", found.size()}, {"users", std::move(made)}}};
}

}  // namespace postroad::omad
