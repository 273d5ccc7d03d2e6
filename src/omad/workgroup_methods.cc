#include <algorithm>

#include "control/search.h"
#include "omad/method.h"
#include "omad/search.h"

namespace postroad::omad {
namespace json = boost::json;
using control::UserType;

namespace {

constexpr std::size_t kNameBytes = 256;

struct Named {
  std::string domain;
  std::string workgroup;
};
Result<Named> named(oma::Fields request) {
  Named made{request.needed("domain", kNameBytes), request.needed("workgroup", kNameBytes)};
  TRY_OK(request.result());
  return made;
}

}  // namespace

Answering create_workgroup(Call call) {
  CO_TRY(const auto what, named({call.members, ""}));
  CO_TRY(const auto receipt, co_await call.api.workgroups.create(call.caller, what.domain, what.workgroup));
  co_return answer_of(receipt);
}

Answering delete_workgroup(Call call) {
  CO_TRY(const auto what, named({call.members, ""}));
  CO_TRY(const auto receipt, co_await call.api.workgroups.erase(call.caller, what.domain, what.workgroup, false));
  co_return answer_of(receipt);
}

Answering search_workgroups(Call call) {
  oma::Fields request(call.members, "");
  const auto search = read_search(request);
  oma::Fields criteria(request.object("criteria") == nullptr ? call.members : *request.object("criteria"), "criteria");
  const auto domain = criteria.needed("domain", kNameBytes);
  const auto match = criteria.text("match", kNameBytes).value_or("*");
  if (request.has("criteria")) criteria.no_others();
  request.join(criteria);
  if (!search.sort_by.empty() && search.sort_by != "workgroup") request.bad("sort", "is by workgroup");
  CO_TRY_OK(request.result());
  CO_TRY(auto found, co_await call.api.workgroups.list(call.caller, domain));
  std::erase_if(found, [&](const auto& one) { return !control::is_match(one.name, match); });
  if (search.is_descending) std::ranges::reverse(found);
  json::array made;
  for (auto at = search.range.first; at < found.size() && made.size() < search.range.limit; ++at) {
    const auto& one = found[at];
    json::object counts;
    for (const auto& [name, type] : {std::pair{"mailbox", UserType::Mailbox}, {"forward", UserType::Forward}, {"filter", UserType::Filter}, {"alias", UserType::Alias},
                                     {"group", UserType::Group}})
      counts[name] = one.of(type);
    made.push_back({{"workgroup", one.name}, {"counts", std::move(counts)}});
  }
  const auto count = made.size();
  co_return Answer{{{"count", count}, {"total_count", found.size()}, {"workgroups", std::move(made)}}};
}

}  // namespace postroad::omad
