#include "base/text.h"
#include "omad/attribute_history.h"
#include "omad/history.h"
#include "omad/method.h"
#include "omad/search.h"
#include "omad/user_attributes.h"

// What was changed, by whom, from the audit. Who acts from above is `operator`, as the audit has it.
namespace postroad::omad {
namespace json = boost::json;

using control::AuditSearch;
using control::AuditView;

namespace {

constexpr std::uint64_t kTimeMost = 1ULL << 40;

Time time_of(std::uint64_t seconds) { return Time(std::chrono::seconds(seconds)); }

// What these have in common: `range`, and `from` and `until` in seconds since 1970.
struct Asked {
  AuditSearch search;
  std::uint64_t most = 0;
};
Asked read_history(oma::Fields& request) {
  Asked made;
  const auto range = read_search(request).range;
  made.search.skip = range.first;
  made.most = range.limit;
  if (const auto from = request.number("from", kTimeMost)) made.search.from = time_of(*from);
  if (const auto until = request.number("until", kTimeMost)) made.search.until = time_of(*until);
  return made;
}

std::string message_of(const AuditView& entry) {
  const auto what = entry.text();
  return entry.kind + " " + entry.subject + (what.empty() ? "" : ": ") + what;
}

Answering changes(Call call, Asked asked) {
  CO_TRY(const auto found, co_await call.api.audit.search(call.caller, std::move(asked.search), {.place = {}, .most = asked.most}));
  json::array made;
  for (const auto& entry : found.rows)
    made.push_back({{"time", epoch(entry.at)}, {"user", entry.actor}, {"application", entry.face}, {"msg", message_of(entry)}, {"request", entry.request}});
  const auto count = made.size();
  co_return Answer{{{"count", count}, {"changes", std::move(made)}}};
}

}  // namespace

// Of the company itself, its limits and administrators; with `everything` of all that is in it and below.
Answering get_company_changes(Call call) {
  oma::Fields request(call.members, "");
  auto asked = read_history(request);
  const auto name = request.text("company", kNameBytes).value_or("");
  asked.search.only_itself = !request.flag("everything").value_or(false);
  CO_TRY_OK(request.result());
  CO_TRY(const auto view, co_await call.api.companies.get(call.caller, name.empty() ? "" : admin_domain_of(name)));
  asked.search.company = view.company.id;
  co_return co_await changes(std::move(call), std::move(asked));
}

// Of the domain itself and its workgroups; with `everything` of its users too.
Answering get_domain_changes(Call call) {
  oma::Fields request(call.members, "");
  auto asked = read_history(request);
  asked.search.domain = request.needed("domain", kNameBytes);
  asked.search.only_itself = !request.flag("everything").value_or(false);
  CO_TRY_OK(request.result());
  co_return co_await changes(std::move(call), std::move(asked));
}

Answering get_user_changes(Call call) {
  oma::Fields request(call.members, "");
  auto asked = read_history(request);
  asked.search.user = request.needed("user", kNameBytes);
  CO_TRY_OK(request.result());
  co_return co_await changes(std::move(call), std::move(asked));
}

// The values that one attribute had, newest first. A password is told to have changed, and no more.
Answering get_user_attribute_history(Call call) {
  oma::Fields request(call.members, "");
  auto asked = read_history(request);
  asked.search.user = request.needed("user", kNameBytes);
  const auto attribute = request.needed("attribute", 64);
  asked.search.fields = audited_fields(attribute);
  if (!attribute.empty() && asked.search.fields.empty()) request.bad("attribute", "is no attribute of a user");
  CO_TRY_OK(request.result());
  CO_TRY(const auto found, co_await call.api.audit.search(call.caller, asked.search, {.place = {}, .most = asked.most}));
  json::array made;
  for (const auto& entry : found.rows)
    for (auto& told : told_of(entry, attribute, asked.search.fields)) {
      json::object line{{"time", epoch(entry.at)}, {"user", entry.actor}, {"application", entry.face}};
      for (auto& member : told) line.insert_or_assign(member.key(), std::move(member.value()));
      made.push_back(std::move(line));
    }
  const auto count = made.size();
  co_return Answer{{{"count", count}, {"attribute", json::string(attribute)}, {"history", std::move(made)}}};
}

}  // namespace postroad::omad
