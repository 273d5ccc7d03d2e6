// Statistics, as control tells them: docs/statistics.md says what each figure is.
#include "omad/method.h"
#include "omad/search.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::Counter;
using control::Period;
using control::Scope;

namespace {

// What `by` may be, and how many periods that gives.
struct By {
  std::string_view name;
  Period period;
  std::size_t count;
};
constexpr By kBy[] = {{"day", Period::Day, 30}, {"week", Period::Week, 52}, {"month", Period::Month, 48}};

struct Named {
  std::string_view name;
  Counter counter;
};
constexpr Named kLogins[] = {{"imap4", Counter::SignInsImap}, {"pop3", Counter::SignInsPop}, {"webmail", Counter::SignInsWebmail},
                             {"smtprelay", Counter::SignInsSmtp}, {"app", Counter::SignInsApp}};
constexpr Named kMessages[] = {{"in", Counter::MessagesIn}, {"out", Counter::MessagesOut}, {"relayed", Counter::MessagesRelayed}, {"spam", Counter::MessagesSpam},
                               {"appended", Counter::MessagesAppended}, {"autoresponses", Counter::Autoresponses}, {"forwards", Counter::Forwards},
                               {"bytes_in", Counter::BytesIn}, {"bytes_out", Counter::BytesOut}, {"bytes_relayed", Counter::BytesRelayed},
                               {"bytes_spam", Counter::BytesSpam}, {"bytes_appended", Counter::BytesAppended}};

std::optional<By> by_named(std::string_view name) {
  for (const auto& each : kBy)
    if (each.name == name) return each;
  return std::nullopt;
}

// Whose: without `type` and `object` the caller's own company's.
control::StatisticsOf whose(oma::Fields& request, bool may_be_user) {
  const auto type = request.word("type", [&](std::string_view word) {
    const auto scope = control::scope_named(word);
    return scope == Scope::Cluster || (scope == Scope::User && !may_be_user) ? std::nullopt : scope;
  });
  const auto object = request.text("object", 2 * kNameBytes).value_or("");
  control::StatisticsOf made{.scope = type.value_or(Scope::Company), .object = object};
  if (made.scope == Scope::Company && !object.empty()) made.object = admin_domain_of(object);
  if (made.scope != Scope::Company && object.empty()) request.bad("object", "is missing");
  return made;
}

std::string date_of(const control::StatisticsRow& row) { return statistics::text_of(row.period, row.start); }

template <std::size_t N>
json::object counts(const control::StatisticsRow& row, const Named (&names)[N]) {
  json::object made{{"date", date_of(row)}};
  for (const auto& [name, counter] : names) made[name] = row.figure.of(counter);
  return made;
}

json::object services(const control::StatisticsRow& row) {
  json::object made{{"date", date_of(row)}};
  for (const auto& [type, users] : row.users) made[type] = users;
  return made;
}

json::array dates(const std::vector<std::string>& from) {
  json::array made;
  for (const auto& each : from) made.emplace_back(json::string(each));
  return made;
}

// A place in an address; the request says where it came to.
bool is_host(std::string_view host) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
  return !host.empty() && host.size() <= kNameBytes && host.find_first_not_of(kLetters) == host.npos;
}

}  // namespace

// The dates of which there are snapshots, newest first.
Answering stats_list(Call call) {
  oma::Fields request(call.members, "");
  auto of = whose(request, false);
  CO_TRY_OK(request.result());
  CO_TRY(const auto found, co_await call.api.statistics.list(call.caller, std::move(of)));
  json::object snapshots{{"day", dates(found.days)}, {"week", dates(found.weeks)}, {"month", dates(found.months)}};
  co_return Answer{{{"snapshots", std::move(snapshots)}}};
}

// An address that is good for 15 minutes, for whoever has it.
Answering stats_snapshot(Call call) {
  oma::Fields request(call.members, "");
  auto of = whose(request, false);
  auto date = request.needed("date", 16);
  CO_TRY_OK(request.result());
  if (!is_host(call.host)) co_return fail(Fault::Syntax, "the request does not say which host it is for");
  CO_TRY(const auto link, co_await call.api.statistics.snapshot(call.caller, std::move(of), std::move(date)));
  co_return Answer{{{"snapshot", json::string("https://" + call.host + link.path)}, {"good_until", epoch(link.good_until)}}};
}

Answering stats_summary(Call call) {
  oma::Fields request(call.members, "");
  auto of = whose(request, true);
  const auto by = request.word("by", by_named).value_or(kBy[0]);
  CO_TRY_OK(request.result());
  CO_TRY(const auto found, co_await call.api.statistics.summary(call.caller, std::move(of), by.period, by.count));
  json::array logins, messages, of_services, storage, deleted, wrong;
  for (const auto& row : found.rows) {
    logins.push_back(counts(row, kLogins));
    messages.push_back(counts(row, kMessages));
    of_services.push_back(services(row));
    storage.push_back({{"date", date_of(row)}, {"bytes", row.stored.bytes}, {"messages", row.stored.messages}});
    deleted.push_back({{"date", date_of(row)}, {"count", row.deleted_users}});
    if (const auto& mark = row.under_correction)
      wrong.push_back({{"date", date_of(row)}, {"found_at", epoch(mark->found_at)}, {"good_until", epoch(mark->good_until)}});
  }
  json::object summary{{"logins", std::move(logins)}, {"messages", std::move(messages)}, {"services", std::move(of_services)},
                       {"storage", std::move(storage)}, {"deleted_users", std::move(deleted)}};
  co_return Answer{{{"summary", std::move(summary)},
                    {"as_of", found.as_of ? json::value(epoch(*found.as_of)) : json::value(nullptr)},
                    {"under_correction", std::move(wrong)}}};
}

}  // namespace postroad::omad
