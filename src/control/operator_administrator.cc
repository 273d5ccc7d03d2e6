#include <algorithm>

#include "base/text.h"
#include "control/audit_words.h"
#include "control/operator_company.h"
#include "control/operator_words.h"

namespace postroad::control {
namespace {

namespace json = boost::json;
using io::Task;
using Answer = Result<json::object>;

struct Who {
  std::string local;
  std::string domain;
};
Result<Who> who_of(const json::object& request) {
  const auto user = text_at(request, "user");
  const auto at = user.rfind('@');
  if (at == user.npos || at == 0 || at + 1 == user.size()) return fail(Fault::Syntax, "expected an administrator's name, as admin@north.adm");
  return Who{user.substr(0, at), user.substr(at + 1)};
}

Task<Answer> create(Api& api, Caller caller, json::object request) {
  CO_TRY(const auto who, who_of(request));
  NewAdministrator spec{.company = who.domain, .local = who.local};
  if (const auto role = text_at(request, "role"); !role.empty()) spec.role = role;
  CO_TRY_OK(co_await api.administrators.create(std::move(caller), std::move(spec), text_at(request, "password")));
  co_return json::object{};
}

Task<Answer> set_password(Api& api, Caller caller, json::object request) {
  CO_TRY(const auto who, who_of(request));
  CO_TRY_OK(co_await api.administrators.set_password(std::move(caller), who.domain, who.local, text_at(request, "password")));
  co_return json::object{};
}

Task<Answer> erase(Api& api, Caller caller, json::object request) {
  CO_TRY(const auto who, who_of(request));
  CO_TRY_OK(co_await api.administrators.erase(std::move(caller), who.domain, who.local));
  co_return json::object{};
}

Task<Answer> list(Api& api, Caller caller, json::object request) {
  CO_TRY(const auto page, co_await api.administrators.list(std::move(caller), text_at(request, "company"), {.place = text_at(request, "after"), .most = kPageMost}));
  json::array lines;
  for (const auto& line : page.rows)
    lines.push_back({{"name", line.local}, {"roles", json::value_from(line.roles)}, {"second_factor", line.has_second_factor}, {"created_at", epoch(line.created_at)}});
  co_return json::object{{"administrators", std::move(lines)}, {"after", page.next}};
}

Task<Answer> reset_totp(Api& api, Caller caller, json::object request) {
  CO_TRY(const auto who, who_of(request));
  CO_TRY_OK(co_await api.second_factors.remove(std::move(caller), who.local, who.domain));
  co_return json::object{};
}

Task<Answer> unlock(Api& api, Caller caller, json::object request) {
  if (const auto address = text_at(request, "address"); !address.empty()) co_return json::object{{"count", api.sign_in.unlock_network(address)}};
  CO_TRY(const auto who, who_of(request));
  CO_TRY(const auto count, co_await api.sign_in.unlock(std::move(caller), who.local, who.domain));
  co_return json::object{{"count", count}};
}

Task<Answer> tokens(Api& api, Caller caller, json::object request) {
  CO_TRY(const auto who, who_of(request));
  CO_TRY(const auto page, co_await api.tokens.list(std::move(caller), who.local, who.domain, {.place = text_at(request, "after"), .most = kPageMost}));
  json::array lines;
  for (const auto& line : page.rows)
    lines.push_back({{"id", line.id},
                     {"type", kTokenKindNames[static_cast<std::size_t>(line.kind)]},
                     {"role", line.role},
                     {"reason", line.reason},
                     {"made_by", line.made_by},
                     {"created_at", epoch(line.created_at)},
                     {"expires_at", epoch(line.expires_at)},
                     {"used_at", epoch(line.used_at)}});
  co_return json::object{{"tokens", std::move(lines)}, {"after", page.next}};
}

Task<Answer> revoke(Api& api, Caller caller, json::object request) {
  if (const auto id = text_at(request, "id"); !id.empty()) {
    CO_TRY_OK(co_await api.tokens.revoke(std::move(caller), id));
    co_return json::object{{"count", 1}};
  }
  CO_TRY(const auto who, who_of(request));
  CO_TRY(const auto count, co_await api.tokens.revoke_all(std::move(caller), who.local, who.domain));
  co_return json::object{{"count", count}};
}

std::optional<Time> time_at(const json::object& request, std::string_view name) {
  const auto seconds = number_at(request, name);
  return seconds ? std::optional(Time(std::chrono::seconds(std::min(*seconds, std::uint64_t{1} << 40)))) : std::nullopt;
}

json::array to_array(const std::vector<FieldChange>& fields) {
  json::array made;
  for (const auto& each : fields) made.push_back({{"object", each.object}, {"field", each.field}, {"from", each.from}, {"to", each.to}});
  return made;
}

Task<Answer> audit(Api& api, Caller caller, json::object request) {
  AuditSearch search{.user = text_at(request, "user"), .domain = text_at(request, "domain"), .company = text_at(request, "company"),
                     .actor = text_at(request, "actor"), .kind = text_at(request, "kind"), .from = time_at(request, "from"), .until = time_at(request, "until")};
  CO_TRY(const auto page, co_await api.audit.search(std::move(caller), std::move(search), {.place = text_at(request, "after"), .most = number_at(request, "most").value_or(100)}));
  json::array entries;
  for (const auto& entry : page.rows)
    entries.push_back({{"number", entry.number},
                       {"at", epoch(entry.at)},
                       {"time", rfc3339(entry.at)},
                       {"request", entry.request},
                       {"actor", entry.actor},
                       {"face", entry.face},
                       {"peer", entry.peer},
                       {"kind", entry.kind},
                       {"subject", entry.subject},
                       {"object", entry.object},
                       {"change", entry.change},
                       {"what", entry.text()},
                       {"fields", to_array(entry.fields)}});
  co_return json::object{{"entries", std::move(entries)}, {"after", page.next}};
}

struct Command {
  std::string_view name;
  OperatorCommand run;
};
constexpr Command kCommands[] = {{"administrator_create", create}, {"administrator_password", set_password}, {"administrator_delete", erase},
                                 {"administrator_list", list},     {"administrator_reset_totp", reset_totp}, {"administrator_unlock", unlock},
                                 {"token_list", tokens},           {"token_revoke", revoke},                 {"audit", audit}};

}  // namespace

OperatorCommand find_administrator_command(std::string_view name) {
  for (const auto& each : kCommands)
    if (each.name == name) return each.run;
  return nullptr;
}

}  // namespace postroad::control
