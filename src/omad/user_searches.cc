#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/text.h"
#include "control/errors.h"
#include "omad/method.h"
#include "omad/search.h"
#include "omad/user_attributes.h"

// search_users
namespace postroad::omad {
namespace json = boost::json;

using control::UserOrder;
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
                                 {"type", UserOrder::Type},
                                 {"user", UserOrder::User},
                                 {"workgroup", UserOrder::Workgroup}};

constexpr std::string_view kFields[] = {"alias_target", "createtime", "delete_time", "forward_recepient", "forward_recepient_count", "id", "status", "type", "user", "workgroup"};

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
void read_status(oma::Fields& criteria, control::UserSearch& wanted) {
  for (const auto& word : criteria.list("status", 8, 32).value_or(std::vector<std::string>{})) {
    if (word == "suspended") wanted.suspended = true;
    else if (word == "deleted") wanted.deleted = true;
    else criteria.bad("status", "is suspended or deleted: others are not searched for yet");
  }
  if (criteria.flag("deleted").value_or(false)) wanted.deleted = true;
}

json::object shown(const control::UserFound& user) {
  json::object made{{"user", user.local + "@" + user.domain}, {"workgroup", user.workgroup}, {"type", control::user_type_name(user.type)}};
  made["forward_recepient_count"] = user.targets;
  made["forward_recepient"] = user.target;
  made["alias_target"] = user.alias_target.empty() ? std::string() : user.alias_target + "@" + user.domain;
  made["id"] = user.id;
  made["status"] = user.deleted_at ? "deleted" : user.is_suspended ? "suspended" : "active";
  if (user.deleted_at) made["delete_time"] = epoch(*user.deleted_at);
  else made["createtime"] = epoch(user.created_at);
  return made;
}

// Of several types each is searched for, and they are shown together: by name, of the first thousand.
io::Task<Result<control::UsersFound>> search_types(Call* call, control::UserSearch wanted, std::vector<UserType> types) {
  if (types.size() == 1) wanted.type = types.front();
  if (types.size() < 2) co_return co_await call->api.users.search(call->caller, std::move(wanted));
  const auto range = wanted.range;
  if (wanted.order != UserOrder::User || range.first + range.limit > control::kRangeMost)
    co_return fail(Fault::Refused, "several types are sorted by user, and shown up to " + std::to_string(control::kRangeMost) + ": name one", std::string(control::code::kBadValue));
  wanted.range = {0, range.first + range.limit};
  control::UsersFound made;
  auto& rows = made.found.rows;
  for (const auto type : types) {
    wanted.type = type;
    CO_TRY(auto found, co_await call->api.users.search(call->caller, wanted));
    made.found.total += found.found.total;
    made.is_total_exact = made.is_total_exact && found.is_total_exact;
    std::ranges::move(found.found.rows, std::back_inserter(rows));
  }
  std::ranges::sort(rows, {}, [](const auto& user) { return std::tuple(user.domain, lower(user.local), user.id); });
  if (wanted.is_descending) std::ranges::reverse(rows);
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(rows.size(), range.first)));
  if (rows.size() > range.limit) rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(range.limit), rows.end());
  co_return made;
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
  wanted.match = criteria.text("match", kNameBytes).value_or("");
  wanted.workgroup = criteria.text("workgroup", kNameBytes).value_or("");
  const auto types = read_types(criteria);
  read_status(criteria, wanted);
  criteria.no_others();
  request.join(criteria);
  const auto fields = request.list("fields", std::size(kFields), 32).value_or(std::vector<std::string>{});
  for (const auto& field : fields)
    if (std::ranges::find(kFields, field) == std::end(kFields)) request.bad("fields", "has a name that is no field's");
  const auto* const order = std::ranges::find(kOrders, search.sort_by, &OrderName::name);
  if (order == std::end(kOrders)) request.bad("sort", "is by createtime, delete_time, id, type, user or workgroup");
  CO_TRY_OK(request.result());
  wanted.order = order->order;
  wanted.is_descending = search.is_descending;
  wanted.range = search.range;

  CO_TRY(const auto found, co_await search_types(&call, std::move(wanted), types));
  json::array made;
  for (const auto& user : found.found.rows) {
    auto line = shown(user);
    if (!fields.empty()) {
      json::object some;
      for (const auto& field : fields)
        if (auto* const value = line.if_contains(field)) some[field] = std::move(*value);
      line = std::move(some);
    }
    made.push_back(std::move(line));
  }
  const auto count = made.size();
  oma::Members members{{"count", count}, {"total_count", found.found.total}};
  if (!found.is_total_exact) members.emplace_back("total_count_exact", false);
  members.emplace_back("users", std::move(made));
  co_return Answer{std::move(members)};
}

}  // namespace postroad::omad
