#include "control/operator_company.h"

#include <algorithm>

#include "control/operator_words.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;
using Answer = Result<json::object>;

json::object amounts(const CompanyView& view) {
  json::object made;
  for (const auto resource : kResources) {
    const auto& most = view.limits.of(resource);
    made[resource_name(resource)] = {{"used", view.spoken_for.of(resource)}, {"limit", most ? json::value(*most) : json::value(nullptr)}};
  }
  return made;
}

json::object to_json(const CompanyView& view) {
  return {{"id", view.company.id},         {"name", view.company.name},     {"admin_domain", view.company.admin_domain}, {"parent", view.parent},
          {"cluster", view.company.cluster}, {"children", view.children}, {"created_at", epoch(view.company.created_at)}, {"amounts", amounts(view)}};
}

Result<LimitSettings> limits_of(const json::object& request) {
  LimitSettings made;
  const auto* const given = request.if_contains("limits");
  if (given == nullptr) return made;
  if (!given->is_object()) return fail(Fault::Syntax, "expected an object of limits");
  for (const auto& [name, value] : given->get_object()) {
    const auto* const resource = std::ranges::find_if(kResources, [&](const Resource each) { return resource_name(each) == std::string_view(name); });
    if (resource == kResources.end()) return fail(Fault::Syntax, "there is no limit '" + std::string(name) + "': domains, mailboxes, storage, messages");
    boost::system::error_code failed;
    const auto most = value.is_null() ? 0 : value.to_number<std::uint64_t>(failed);
    if (failed || most > kLimitMost) return fail(Fault::Syntax, "a limit is a number, or none");
    made.emplace_back(*resource, value.is_null() ? std::nullopt : std::optional(most));
  }
  return made;
}

Task<Answer> show_one(Api& api, Caller caller, std::string company) {
  CO_TRY(const auto view, co_await api.companies.get(std::move(caller), std::move(company)));
  co_return json::object{{"company", to_json(view)}};
}

Task<Answer> create(Api& api, Caller caller, json::object request) {
  NewCompany spec{.parent = text_at(request, "parent"), .name = text_at(request, "name"), .admin_domain = text_at(request, "admin_domain"), .cluster = text_at(request, "cluster")};
  CO_TRY(spec.limits, limits_of(request));
  CO_TRY(const auto made, co_await api.companies.create(caller, std::move(spec)));
  const auto local = text_at(request, "administrator");
  if (local.empty()) co_return co_await show_one(api, std::move(caller), made.id);
  const auto administrator = co_await api.administrators.create(caller, {made.id, local}, text_at(request, "password"));
  if (!administrator)
    co_return fail(administrator.error().fault, "the company was created, and its administrator was not: " + administrator.error().text, administrator.error().code);
  co_return co_await show_one(api, std::move(caller), made.id);
}

Task<Answer> list(Api& api, Caller caller, json::object request) {
  CompanySearch search{.under = text_at(request, "under"), .match = text_at(request, "match"), .order = CompanyOrder::AdminDomain};
  search.range = {.first = number_at(request, "first").value_or(0), .limit = number_at(request, "limit").value_or(100)};
  CO_TRY(const auto found, co_await api.companies.search(std::move(caller), std::move(search)));
  json::array companies;
  for (const auto& view : found.rows) companies.push_back(to_json(view));
  co_return json::object{{"companies", std::move(companies)}, {"total", found.total}};
}

Task<Answer> show(Api& api, Caller caller, json::object request) {
  CO_TRY(auto answer, co_await show_one(api, caller, text_at(request, "company")));
  CO_TRY(auto administrators, co_await find_administrator_command("administrator_list")(api, std::move(caller), std::move(request)));
  answer["administrators"] = std::move(administrators["administrators"]);
  co_return answer;
}

Task<Answer> limits(Api& api, Caller caller, json::object request) {
  CO_TRY(auto given, limits_of(request));
  if (given.empty()) co_return fail(Fault::Syntax, "name a limit: domains, mailboxes, storage, messages");
  CO_TRY_OK(co_await api.companies.set_limits(caller, text_at(request, "company"), std::move(given)));
  co_return co_await show_one(api, std::move(caller), text_at(request, "company"));
}

Task<Answer> erase(Api& api, Caller caller, json::object request) {
  CO_TRY_OK(co_await api.companies.erase(std::move(caller), text_at(request, "company")));
  co_return json::object{};
}

struct Command {
  std::string_view name;
  OperatorCommand run;
};
constexpr Command kCommands[] = {{"company_create", create}, {"company_list", list}, {"company_show", show}, {"company_limits", limits}, {"company_delete", erase}};

}  // namespace

OperatorCommand find_company_command(std::string_view name) {
  for (const auto& each : kCommands)
    if (each.name == name) return each.run;
  return find_administrator_command(name);
}

}  // namespace postroad::control
