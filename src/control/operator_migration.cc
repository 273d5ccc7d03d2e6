#include "control/operator_migration.h"

#include "control/operator_json.h"
#include "migration/report.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;
using Answer = Result<json::object>;

NewMigration spec_of(const json::object& object) {
  NewMigration made;
  made.local = text_of(object, "local");
  made.server = text_of(object, "server");
  made.method = text_of(object, "method");
  made.remote = text_of(object, "remote");
  made.password = text_of(object, "password");
  made.accept_any_certificate = flag_of(object, "accept_any_certificate");
  made.allow_plaintext = flag_of(object, "allow_plaintext");
  if (const auto* const skip = object.if_contains("skip"); skip != nullptr && skip->is_array())
    for (const auto& each : skip->as_array())
      if (each.is_string()) made.skip.emplace_back(each.as_string());
  if (const auto* const translate = object.if_contains("translate"); translate != nullptr && translate->is_object())
    for (const auto& [from, to] : translate->as_object())
      if (to.is_string()) made.translate[std::string(from)] = to.as_string();
  return made;
}

json::value item_value(const migration::Standing& standing) { return json::parse(to_json(standing)); }

json::array item_values(const std::vector<migration::Standing>& standings) {
  json::array made;
  for (const auto& each : standings) made.push_back(item_value(each));
  return made;
}

Task<Answer> add(Api& api, json::object request) {
  std::vector<NewMigration> specs;
  const auto* const users = request.if_contains("users");
  if (users == nullptr || !users->is_array()) co_return fail(Fault::Syntax, "expected a list of users");
  for (const auto& each : users->as_array()) {
    if (!each.is_object()) co_return fail(Fault::Syntax, "expected a list of users");
    specs.push_back(spec_of(each.as_object()));
  }
  CO_TRY(const auto made, co_await api.migrations.add(Caller::system(), std::move(specs), text_of(request, "job")));
  json::array items;
  for (const auto& each : made.items) items.push_back(each ? json::object{{"id", *each}} : json::object{{"error", each.error().text}});
  co_return json::object{{"job", made.job}, {"items", std::move(items)}};
}

Task<Answer> jobs(Api& api, json::object) {
  CO_TRY(const auto made, co_await api.migrations.jobs(Caller::system()));
  json::array lines;
  for (const auto& each : made.lines) {
    json::object line{{"job", each.job}, {"seen", each.total.seen}, {"added", each.total.added}, {"skipped", each.total.skipped}, {"octets", each.total.octets}};
    for (const auto& [state, count] : each.items) line[state_name(state)] = count;
    lines.push_back(std::move(line));
  }
  co_return json::object{{"jobs", std::move(lines)}, {"unavailable", json::value_from(made.unavailable)}, {"cut", made.is_cut}};
}

Task<Answer> list(Api& api, json::object request) {
  CO_TRY(const auto page, co_await api.migrations.list(Caller::system(), text_of(request, "job"), {.place = text_of(request, "after")}));
  co_return json::object{{"items", item_values(page.rows)}, {"after", page.next}};
}

Task<Answer> threads(Api& api, json::object) {
  CO_TRY(const auto running, co_await api.migrations.threads(Caller::system()));
  co_return json::object{{"items", item_values(running)}};
}

Task<Answer> status(Api& api, json::object request) {
  CO_TRY(const auto standing, co_await api.migrations.status(Caller::system(), text_of(request, "id")));
  co_return json::object{{"item", item_value(standing)}};
}

Task<Answer> trace(Api& api, json::object request) {
  CO_TRY(const auto text, co_await api.migrations.trace(Caller::system(), text_of(request, "id")));
  co_return json::object{{"trace", text}};
}

Task<Answer> cancel(Api& api, json::object request) {
  CO_TRY_OK(co_await api.migrations.cancel(Caller::system(), text_of(request, "id")));
  co_return json::object{};
}

struct Command {
  std::string_view name;
  Task<Answer> (*run)(Api& api, json::object request);
};
constexpr Command kCommands[] = {
    {"migration_add", add},       {"migration_jobs", jobs},   {"migration_list", list},     {"migration_threads", threads},
    {"migration_status", status}, {"migration_trace", trace}, {"migration_cancel", cancel},
};

}  // namespace

Task<Answer> run_migration(Api& api, json::object request) {
  const auto name = text_of(request, "command");
  for (const auto& each : kCommands)
    if (each.name == name) co_return co_await each.run(api, std::move(request));
  co_return fail(Fault::NotFound, "there is no command '" + name + "'");
}

}  // namespace postroad::control
