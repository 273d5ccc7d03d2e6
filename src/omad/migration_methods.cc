#include "omad/migration_methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "control/errors.h"
#include "migration/calls.h"
#include "migration/limits.h"
#include "oma/errors.h"
#include "omad/search.h"
#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

using control::NewMigration;
using migration::FolderReport;
using migration::Standing;

namespace {

constexpr std::size_t kDetailed = 50;       // users of a job whose folders are told one by one
constexpr std::size_t kItemsLooked = 5000;  // of a job, by one request

std::map<std::string, std::string> translations_in(oma::Fields& user) {
  std::map<std::string, std::string> made;
  const auto* const given = user.object("translate");
  if (given == nullptr) return made;
  if (given->size() > migration::kSkips) user.bad("translate", "holds too many folders");
  oma::Fields folders(*given, "translate");
  for (const auto& [from, to] : *given) {
    if (auto name = folders.text(from, kValueBytes)) made.emplace(std::string(from), std::move(*name));
    if (made.size() >= migration::kSkips) break;
  }
  user.join(folders);
  return made;
}

NewMigration read_user_of_job(oma::Fields& user) {
  NewMigration made;
  made.local = user.needed("local", kNameBytes);
  made.remote = user.needed("remote", kNameBytes);
  made.password = user.needed("password", migration::kPasswordBytes);
  made.server = user.needed("server", kNameBytes);
  made.method = user.text("method", 32).value_or("");
  made.skip = user.list("skip", migration::kSkips, kValueBytes).value_or(std::vector<std::string>());
  made.translate = translations_in(user);
  made.accept_any_certificate = user.flag("any_certificate").value_or(false);
  made.allow_plaintext = user.flag("plaintext").value_or(false);
  return made;
}

json::object outcome_of(const std::string& local, const Result<std::string>& made) {
  if (made) return {{"success", true}, {"local", local}, {"id", *made}};
  return {{"success", false}, {"local", local}, {"error_number", oma::number_of(made.error())}, {"error", made.error().text}};
}

std::string job_in(oma::Fields& request) { return request.needed("job", migration::kNameBytes); }

struct Items {
  std::vector<Standing> standings;
  bool is_complete = true;
};
// Of the job, oldest first, as many as one request looks at. NotFound where the caller sees none. A mailbox that was added to
// the job again stands there again.
io::Task<Result<Items>> items_of(Call* call, std::string job, std::string user) {
  Items made;
  control::From from{.place = {}, .most = migration::kListItems};
  std::size_t looked = 0;
  do {
    if (looked >= kItemsLooked) {
      made.is_complete = false;
      break;
    }
    CO_TRY(auto page, co_await call->api.migrations.list(call->caller, job, from));
    looked += page.rows.size();
    for (auto& row : page.rows)
      if (user.empty() || equal_nocase(row.item.local, user)) made.standings.push_back(std::move(row));
    from.place = page.next;
  } while (!from.place.empty());
  if (made.standings.empty()) co_return fail(Fault::NotFound, "there is no such job", std::string(control::code::kNoMigration));
  std::ranges::sort(made.standings, {}, [](const Standing& each) { return std::pair(each.added_at, each.item.id); });
  co_return made;
}

json::object folder_of(const FolderReport& report) {
  json::object made{{"bytes", report.octets},         {"migrate_count", report.added}, {"skip_count", report.there}, {"fail_count", report.skipped},
                    {"remote_count", report.seen}, {"delim", "/"},                  {"local", report.target}};
  if (!report.note.empty()) made["note"] = report.note;
  return made;
}

json::object status_of(const Standing& standing) {
  const auto total = standing.report.total();
  json::object made{{"state", migration::state_name(standing.state)},
                    {"bytes", total.octets},
                    {"migrate_count", total.added},
                    {"skip_count", total.there},
                    {"fail_count", total.skipped},
                    {"remote_count", total.seen},
                    {"attempts", standing.attempts}};
  if (standing.reason != migration::Reason::None) made["reason"] = migration::reason_name(standing.reason);
  if (!standing.text.empty()) made["text"] = standing.text;
  made["added"] = epoch(standing.added_at);
  if (standing.started_at) made["started"] = epoch(*standing.started_at);
  if (standing.ended_at) made["ended"] = epoch(*standing.ended_at);
  if (standing.next_try) made["next_try"] = epoch(*standing.next_try);
  return made;
}

json::object config_of(const migration::Item& item) {
  return {{"method", migration::method_name(item.remote.method)},
          {"server", item.remote.host + ":" + std::to_string(item.remote.port)},
          {"username", item.remote.user}};
}

json::object user_of(const Standing& standing, bool is_detailed) {
  auto status = status_of(standing);
  json::object data{{"config", config_of(standing.item)}};
  if (is_detailed) {
    json::object folders;
    for (const auto& folder : standing.report.folders) folders[folder.source] = folder_of(folder);
    status["foldercount"] = folders.size();
    data["folders"] = std::move(folders);
  }
  data["status"] = std::move(status);
  return {{"user", standing.item.local}, {"id", standing.item.id}, {"data", std::move(data)}};
}

// Over all users, as long as they were worked on.
std::string rate_of(const std::vector<Standing>& standings) {
  double octets = 0;
  double seconds = 0;
  for (const auto& each : standings) {
    octets += static_cast<double>(each.report.total().octets);
    seconds += static_cast<double>(each.busy_ms) / 1000;
  }
  return fmt::format("{:.3f} KiB/s", seconds == 0 ? 0 : octets / 1024 / seconds);
}

}  // namespace

// Each user alone: a failure is of the whole only where none was added.
Answering migration_add(Call call) {
  oma::Fields request(call.members, "");
  const auto job = request.text("job", migration::kNameBytes).value_or("");
  const auto* const given = request.objects("users", control::kMigrationsMost);
  if (given == nullptr) static_cast<void>(request.needed("users", 0));
  std::vector<NewMigration> users;
  std::vector<std::string> locals;
  if (given != nullptr)
    for (const auto& one : *given) {
      oma::Fields user(one.get_object(), "users");
      users.push_back(read_user_of_job(user));
      locals.push_back(users.back().local);
      user.no_others();
      request.join(user);
    }
  CO_TRY_OK(request.result());
  CO_TRY(const auto added, co_await call.api.migrations.add(call.caller, std::move(users), job));
  json::array outcomes;
  const Error* first = nullptr;
  bool is_any = false;
  for (std::size_t at = 0; at < added.items.size(); ++at) {
    outcomes.push_back(outcome_of(locals[at], added.items[at]));
    is_any = is_any || added.items[at].has_value();
    if (!added.items[at] && first == nullptr) first = &added.items[at].error();
  }
  if (!is_any && first != nullptr) co_return Answer{{{"users", std::move(outcomes)}}, *first};
  co_return Answer{{{"job", json::string(added.job)}, {"users", std::move(outcomes)}}};
}

Answering migration_jobs(Call call) {
  CO_TRY(const auto jobs, co_await call.api.migrations.jobs(call.caller));
  json::array made;
  for (const auto& line : jobs.lines) {
    json::object users;
    for (const auto& [state, count] : line.items) users[migration::state_name(state)] = count;
    made.push_back({{"date", epoch(line.added_at)}, {"job", line.job}, {"users", std::move(users)}, {"bytes", line.total.octets}, {"migrate_count", line.total.added}});
  }
  co_return Answer{{{"jobs", std::move(made)}, {"complete", jobs.unavailable.empty() && !jobs.is_cut}}};
}

// Folder by folder for the first users; of the others the sums. `user`: that one alone.
Answering migration_status(Call call) {
  oma::Fields request(call.members, "");
  const auto job = job_in(request);
  const auto user = request.text("user", kNameBytes).value_or("");
  const auto range = read_search(request).range;
  CO_TRY_OK(request.result());
  CO_TRY(const auto items, co_await items_of(&call, job, user));
  json::array users;
  for (auto at = range.first; at < items.standings.size() && users.size() < range.limit; ++at) {
    const auto& known = items.standings[at];
    if (users.size() >= kDetailed) {
      users.push_back(user_of(known, false));
      continue;
    }
    const auto detailed = co_await call.api.migrations.status(call.caller, known.item.id);
    users.push_back(detailed ? user_of(*detailed, true) : user_of(known, false));
  }
  const auto count = users.size();
  co_return Answer{{{"rate", json::string(rate_of(items.standings))},
                    {"count", count},
                    {"total_count", items.standings.size()},
                    {"complete", items.is_complete},
                    {"users", std::move(users)}}};
}

// What happened to the user's newest in the job, attempt by attempt.
Answering migration_trace(Call call) {
  oma::Fields request(call.members, "");
  const auto job = job_in(request);
  const auto user = request.needed("user", kNameBytes);
  CO_TRY_OK(request.result());
  CO_TRY(const auto items, co_await items_of(&call, job, user));
  CO_TRY(const auto trace, co_await call.api.migrations.trace(call.caller, items.standings.back().item.id));
  co_return Answer{{{"trace", json::string(trace)}}};
}

// Those that are being pulled just now.
Answering migration_threads(Call call) {
  CO_TRY(const auto running, co_await call.api.migrations.threads(call.caller));
  json::array made;
  for (const auto& each : running) {
    auto one = user_of(each, false);
    one["job"] = each.item.job;
    made.push_back(std::move(one));
  }
  const auto count = made.size();
  co_return Answer{{{"count", count}, {"threads", std::move(made)}}};
}

}  // namespace postroad::omad
