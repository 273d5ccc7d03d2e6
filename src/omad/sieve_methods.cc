#include "omad/sieve_methods.h"

#include <algorithm>

#include "omad/user_attributes.h"

namespace postroad::omad {
namespace json = boost::json;

namespace {

json::value active_of(const std::vector<control::SieveScript>& scripts) {
  const auto active = std::ranges::find(scripts, true, &control::SieveScript::is_active);
  return active == scripts.end() ? json::value(nullptr) : json::value(active->name);
}

}  // namespace

Answering get_sieve(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  CO_TRY_OK(request.result());
  CO_TRY(const auto scripts, co_await call.api.sieve_scripts.list(call.caller, who.domain, who.local));
  json::object rulesets;
  for (const auto& script : scripts) rulesets[script.name] = script.script;
  co_return Answer{{{"rulesets", std::move(rulesets)}, {"active_rule", active_of(scripts)}}};
}

// `data` null deletes the ruleset; without `data` only `active_rule` is set.
Answering set_sieve(Call call) {
  oma::Fields request(call.members, "");
  const auto who = address_of(request.needed("user", kNameBytes));
  control::SieveScripts::Edit edit{.name = request.needed("ruleset", kNameBytes), .is_erased = false, .script = {}, .active = request.text("active_rule", kNameBytes)};
  const auto* const data = call.members.if_contains("data");
  edit.is_erased = data != nullptr && data->is_null();
  edit.script = request.text("data", control::kSieveBytes, true);
  CO_TRY_OK(request.result());
  CO_TRY(const auto before, co_await call.api.sieve_scripts.list(call.caller, who.domain, who.local));
  const auto name = edit.name;
  const char* const done = edit.is_erased ? "deleted" : edit.script ? "updated" : "unchanged";
  const auto active = edit.active;
  CO_TRY(const auto receipt, co_await call.api.sieve_scripts.change(call.caller, who.domain, who.local, std::move(edit)));
  auto answer = answer_of(receipt);
  answer.members.emplace_back("rulesets", json::object{{name, done}});
  if (active) {
    const auto was = active_of(before);
    const bool is_same = active->empty() ? was.is_null() : was == json::value(*active);
    answer.members.emplace_back("active_rule", json::string((is_same ? "already set to " : "updated to ") + (active->empty() ? "none" : *active)));
  }
  co_return answer;
}

}  // namespace postroad::omad
