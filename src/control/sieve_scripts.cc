#include "control/sieve_scripts.h"

#include <algorithm>

#include "base/chars.h"
#include "base/text.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

std::unexpected<Error> no_script(std::string_view name) { return fail(Fault::NotFound, "there is no filter " + std::string(name), std::string(code::kNoScript)); }
std::unexpected<Error> bad(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadValue)); }

constexpr std::string_view kOwnName = "sieve";  // of a user's one filter, where nobody gave it another

struct Place {
  Domain domain;
  User user;
};
Result<Place> place_of(Connection& connection, const Authority& authority, const std::string& domain, const std::string& local) {
  Place made;
  TRY(made.domain, authority.domain_of_users(connection, domain, Right::Users));
  TRY(made.user, user_of(connection, made.domain, local, {UserType::Mailbox, UserType::Filter, UserType::Forward}));
  return made;
}

Result<std::vector<SieveScript>> scripts_of(Connection& connection, const User& user) {
  TRY(const auto rows, connection.run(kSieveScripts.select("owner = $1 ORDER BY name"), {user.id}));
  std::vector<SieveScript> made;
  for (const auto& row : rows) made.push_back({row[2].text(), row[4].text(), row[3].number() != 0, to_time(row[5].number())});
  return made;
}

Result<> check_edit(const SieveScripts::Edit& edit) {
  constexpr CharClass kName = CharClass::range(0x20, 0x7e) - CharClass("/");
  if (edit.name.empty() || edit.name.size() > 128 || !kName.has_all(edit.name)) return bad("a filter's name is 1 to 128 ASCII characters without a slash");
  if (!edit.script) return {};
  if (edit.script->size() > kSieveBytes) return bad("a filter is at most 64 KiB");
  if (!is_utf8(*edit.script) || edit.script->contains('\0')) return bad("a filter is UTF-8 without NULs");
  return {};
}

std::string row_id(const User& user, const SieveScript& script) { return user.id + "/" + script.name; }

Result<> put_script(Draft& draft, const User& user, const SieveScript& script) {
  return draft.put(kSieveScripts, {row_id(user, script), user.id, script.name, script.is_active, script.script, to_number(script.changed_at)});
}

// The scripts as they are to be, in place of those that are there.
Result<> apply_edit(std::vector<SieveScript>& scripts, const SieveScripts::Edit& edit, Time now) {
  auto at = std::ranges::find(scripts, edit.name, &SieveScript::name);
  if (edit.is_erased) {
    if (at == scripts.end()) return no_script(edit.name);
    scripts.erase(at);
  } else if (edit.script) {
    if (at == scripts.end() && scripts.size() >= kSieveScriptsMost) return fail(Fault::Refused, "a user has at most 20 filters", std::string(code::kOverLimit));
    if (at == scripts.end()) at = scripts.insert(at, {edit.name, {}, false, {}});
    at->script = *edit.script;
    at->changed_at = now;
  } else if (at == scripts.end()) {
    return no_script(edit.name);
  }
  if (!edit.active) return {};
  if (!edit.active->empty() && std::ranges::find(scripts, *edit.active, &SieveScript::name) == scripts.end()) return no_script(*edit.active);
  for (auto& script : scripts) script.is_active = script.name == *edit.active;
  return {};
}

// All of the user's that the edit alters, in one change.
Result<> change_of_scripts(Draft& draft, const Place& place, const SieveScripts::Edit& edit) {
  TRY_OK(check_edit(edit));
  TRY(const auto before, scripts_of(draft.sql, place.user));
  auto after = before;
  TRY_OK(apply_edit(after, edit, draft.now()));
  for (const auto& script : after) {
    const auto was = std::ranges::find(before, script.name, &SieveScript::name);
    if (was == before.end() || was->script != script.script || was->is_active != script.is_active) TRY_OK(put_script(draft, place.user, script));
  }
  for (const auto& script : before)
    if (std::ranges::find(after, script.name, &SieveScript::name) == after.end()) TRY_OK(draft.erase(kSieveScripts, row_id(place.user, script)));
  auto change = change_of_user(place.domain, place.user, "sieve.put");
  change.cluster.clear();
  return draft.record(std::move(change));
}

Result<> change_scripts(Draft& draft, const std::string& domain, const std::string& local, const SieveScripts::Edit& edit) {
  TRY(const auto place, place_of(draft.sql, draft.authority, domain, local));
  return change_of_scripts(draft, place, edit);
}

}  // namespace

Result<std::string> active_script(Connection& connection, const User& user) {
  TRY(const auto scripts, scripts_of(connection, user));
  const auto active = std::ranges::find(scripts, true, &SieveScript::is_active);
  return active == scripts.end() ? std::string{} : active->script;
}

Result<> put_active_script(Draft& draft, const Domain& domain, const User& user, const std::string& text) {
  TRY(const auto scripts, scripts_of(draft.sql, user));
  const auto active = std::ranges::find(scripts, true, &SieveScript::is_active);
  if (active == scripts.end() ? text.empty() : text == active->script) return {};
  if (user.type == UserType::Group) return fail(Fault::Refused, "a mailing list has no filter", std::string(code::kWrongType));
  SieveScripts::Edit edit{.name = active == scripts.end() ? std::string(kOwnName) : active->name, .is_erased = text.empty(), .script = {}, .active = {}};
  if (!text.empty()) {
    edit.script = text;
    edit.active = edit.name;
  }
  return change_of_scripts(draft, {domain, user}, edit);
}

Task<Result<Receipt>> SieveScripts::change(Caller caller, std::string domain, std::string local, Edit edit) {
  return core_->accept(std::move(caller), [=](Draft& draft) { return change_scripts(draft, domain, local, edit); });
}

Task<Result<std::vector<SieveScript>>> SieveScripts::list(Caller caller, std::string domain, std::string local) {
  return core_->look(std::move(caller), [=](Connection& connection, const Authority& authority) -> Result<std::vector<SieveScript>> {
    TRY(const auto place, place_of(connection, authority, domain, local));
    return scripts_of(connection, place.user);
  });
}

}  // namespace postroad::control
