#include <algorithm>

#include "base/text.h"
#include "control/errors.h"
#include "omad/administrator_methods.h"
#include "omad/method.h"
#include "omad/search.h"
#include "omad/user_attributes.h"

// search_users
namespace postroad::omad {
namespace json = boost::json;

using control::UserOrder;
using control::UserStatus;
using control::UserType;

namespace {

struct OrderName {
  std::string_view name;
  UserOrder order;
};
constexpr OrderName kOrders[] = {{"", UserOrder::User},
                                 {"createtime", UserOrder::CreateTime},
                                 {"delete_time", UserOrder::DeleteTime},
                                 {"id", UserOrder::CreateTime},  // ids begin with the time
                                 {"lastlogin", UserOrder::LastLogin},
                                 {"status", UserOrder::Status},
                                 {"target", UserOrder::Target},
                                 {"type", UserOrder::Type},
                                 {"user", UserOrder::User},
                                 {"workgroup", UserOrder::Workgroup}};

constexpr std::string_view kFields[] = {"alias_target", "createtime", "delete_time", "forward_recepient", "forward_recepient_count", "id",
                                        "lastlogin",    "status",     "type",        "user",              "workgroup"};

std::vector<UserType> read_types(oma::Fields& criteria) {
  std::vector<UserType> made;
  for (const auto& word : criteria.list("type", 8, 32).value_or(std::vector<std::string>{})) {
    const auto type = control::parse_user_type(word);
    if (!type) criteria.bad("type", "is of mailbox, filter, forward, alias or group");
    if (type && std::ranges::find(made, *type) == made.end()) made.push_back(*type);
  }
  return made;
}

// `deleted` is a word of older clients for the status.
std::vector<UserStatus> read_statuses(oma::Fields& criteria) {
  std::vector<UserStatus> made;
  for (const auto& word : criteria.list("status", 8, 32).value_or(std::vector<std::string>{})) {
    const auto status = control::parse_user_status(word);
    if (!status) criteria.bad("status", word == "smtplimit" ? "smtplimit is not known yet" : "is of active, deleted, suspended or quota");
    if (status && std::ranges::find(made, *status) == made.end()) made.push_back(*status);
  }
  if (criteria.flag("deleted").value_or(false)) made = {UserStatus::Deleted};
  return made;
}

json::object shown(const control::UserFound& user) {
  json::object made{{"user", user.local + "@" + user.domain}, {"workgroup", user.workgroup}, {"type", control::user_type_name(user.type)}};
  made["forward_recepient_count"] = user.targets;
  made["forward_recepient"] = user.target;
  made["alias_target"] = user.alias_target.empty() ? std::string() : user.alias_target + "@" + user.domain;
  made["id"] = user.id;
  made["status"] = control::user_status_name(user.status);
  if (user.deleted_at) made["delete_time"] = epoch(*user.deleted_at);
  else made["createtime"] = epoch(user.created_at);
  made["lastlogin"] = user.last_login ? json::value(epoch(*user.last_login)) : json::value(nullptr);
  return made;
}

// A pattern of whole addresses is one of local parts where it is of the domain; else it matches nothing, as no local part has an '@'.
std::string local_match(std::string match, const std::string& domain) {
  const auto at = match.rfind('@');
  if (at == match.npos || at == 0 || domain.empty() || at + 1 == match.size()) return match;
  return control::is_match(domain, match.substr(at + 1)) ? match.substr(0, at) : match;
}

}  // namespace

// Without a domain: of all that the caller sees, by domain and name. `total_count` is the least there is where
// `total_count_exact` is false: a pattern is counted only so far.
Answering search_users(Call call) {
  oma::Fields request(call.members, "");
  const auto search = read_search(request);
  oma::Fields criteria(criteria_of(request), "criteria");
  control::UserSearch wanted;
  wanted.domain = criteria.text("domain", kNameBytes).value_or("");
  wanted.match = local_match(criteria.text("match", kNameBytes).value_or(""), wanted.domain);
  wanted.workgroup = criteria.text("workgroup", kNameBytes).value_or("");
  wanted.types = read_types(criteria);
  wanted.statuses = read_statuses(criteria);
  criteria.no_others();
  request.join(criteria);
  const auto fields = request.list("fields", std::size(kFields), 32).value_or(std::vector<std::string>{});
  for (const auto& field : fields)
    if (std::ranges::find(kFields, field) == std::end(kFields)) request.bad("fields", "has a name that is no field's");
  const auto* const order = std::ranges::find(kOrders, search.sort_by, &OrderName::name);
  if (order == std::end(kOrders)) request.bad("sort", "is by createtime, delete_time, id, lastlogin, status, target, type, user or workgroup");
  CO_TRY_OK(request.result());
  wanted.order = order->order;
  wanted.is_descending = search.is_descending;
  wanted.range = search.range;

  if (is_administrators(wanted.domain)) co_return co_await search_administrators(std::move(call), std::move(wanted), fields);
  CO_TRY(auto found, co_await call.api.users.search(call.caller, std::move(wanted)));
  if (search.range.limit == 0) found.found.rows.clear();  // the counts alone
  json::array made;
  for (const auto& user : found.found.rows) made.push_back(only(shown(user), fields));
  const auto count = made.size();
  oma::Members members{{"count", count}, {"total_count", found.found.total}};
  if (!found.is_total_exact) members.emplace_back("total_count_exact", false);
  members.emplace_back("users", std::move(made));
  co_return Answer{std::move(members)};
}

}  // namespace postroad::omad
