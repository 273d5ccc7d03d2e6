#include "feed/change.h"

#include <utility>

#include "base/id.h"
#include "feed/change_json.h"
#include "feed/objects_json.h"
#include "feed/settings_json.h"

namespace postroad::feed {

namespace json = boost::json;

namespace {

// Each kind of change: its members without `kind`, and back.

json::object members(const PutDomain& change) { return {{"domain", to_json(change.domain)}}; }
json::object members(const DeleteDomain& change) { return {{"domain", change.domain}}; }
json::object members(const SetDomainDisabled& change) {
  return {{"domain", change.domain}, {"disabled", change.is_disabled}};
}
json::object members(const PutAccount& change) {
  json::object made{{"account", to_json(change.account)}};
  put_text(made, "password_hash", change.password_hash);
  if (change.is_welcome) made["welcome"] = true;
  return made;
}
json::object members(const DeleteAccount& change) { return {{"account", change.account}}; }
json::object members(const PutAlias& change) { return {{"alias", to_json(change.alias)}}; }
json::object members(const DeleteAlias& change) { return {{"domain", change.domain}, {"local", change.local}}; }
json::object members(const SetPassword& change) {
  json::object made{{"account", change.account}};
  put_text(made, "password_hash", change.password_hash);
  return made;
}
json::object members(const SetServices& change) {
  json::object states;
  for (const auto& [service, state] : change.states) states[service_name(service)] = service_state_name(state);
  return {{"account", change.account}, {"services", std::move(states)}};
}
json::object members(const RestoreAccount& change) {
  json::object made{{"account", to_json(change.account)}};
  put_text(made, "password_hash", change.password_hash);
  return made;
}
json::object members(const PutSettings& change) { return {{"object", change.object}, {"settings", to_json(change.settings)}}; }
json::object members(const SetAppPasswords& change) {
  return {{"account", change.account}, {"hashes", json::array(change.hashes.begin(), change.hashes.end())}};
}
json::object members(const AlterAliases& change) {
  json::object made{{"account", change.account}, {"domain", change.domain}};
  if (!change.removed.empty()) made["removed"] = json::array(change.removed.begin(), change.removed.end());
  if (!change.added.empty()) made["added"] = json::array(change.added.begin(), change.added.end());
  return made;
}
json::object members(const UnknownChange&) { return {}; }

const json::value& member(const json::value& value, const char* name) {
  static const json::value kAbsent;
  const auto* found = value.as_object().if_contains(name);
  return found == nullptr ? kAbsent : *found;
}

Result<Payload> put_domain(const json::value& value) {
  TRY(auto domain, domain_of(member(value, "domain")));
  return PutDomain{std::move(domain)};
}
Result<Payload> delete_domain(const json::value& value) {
  Members in(value, "domain.delete");
  return in.result<Payload>(DeleteDomain{in.id("domain", 'd')});
}
Result<Payload> set_domain_disabled(const json::value& value) {
  Members in(value, "domain.disabled");
  SetDomainDisabled made{in.id("domain", 'd'), in.flag("disabled")};
  return in.result<Payload>(std::move(made));
}
Result<Payload> put_account(const json::value& value) {
  TRY(auto account, account_of(member(value, "account")));
  Members in(value, "account.put");
  PutAccount made{std::move(account), in.text("password_hash", kHashBytes), in.flag("welcome")};
  return in.result<Payload>(std::move(made));
}
Result<Payload> delete_account(const json::value& value) {
  Members in(value, "account.delete");
  return in.result<Payload>(DeleteAccount{in.id("account", 'a')});
}
Result<Payload> put_alias(const json::value& value) {
  TRY(auto alias, alias_of(member(value, "alias")));
  return PutAlias{std::move(alias)};
}
Result<Payload> delete_alias(const json::value& value) {
  Members in(value, "alias.delete");
  DeleteAlias made{in.id("domain", 'd'), in.needed_text("local", 4 * kLocalPartBytes)};
  return in.result<Payload>(std::move(made));
}
Result<Payload> set_password(const json::value& value) {
  Members in(value, "password.set");
  SetPassword made{in.id("account", 'a'), in.text("password_hash", kHashBytes)};
  return in.result<Payload>(std::move(made));
}
Result<Payload> set_services(const json::value& value) {
  Members in(value, "services.set");
  SetServices made{in.id("account", 'a'), {}};
  const auto* states = in.object("services");
  if (states == nullptr) return in.result<Payload>(std::move(made));
  for (const auto& [name, state] : *states) {
    const auto service = parse_service({name.data(), name.size()});
    const auto* word = state.if_string();
    const auto parsed = word == nullptr ? std::nullopt : parse_service_state({word->data(), word->size()});
    // Unlike in an account, where a newer service is passed over: this one was meant to change.
    if (!service || !parsed) {
      in.fail("'services' holds a service or state that this cluster does not know");
      break;
    }
    made.states.emplace_back(*service, *parsed);
  }
  return in.result<Payload>(std::move(made));
}

Result<Payload> restore_account(const json::value& value) {
  TRY(auto account, account_of(member(value, "account")));
  Members in(value, "account.restore");
  return in.result<Payload>(RestoreAccount{std::move(account), in.text("password_hash", kHashBytes)});
}
Result<Payload> put_settings(const json::value& value) {
  TRY(auto settings, settings_of(member(value, "settings")));
  Members in(value, "settings.put");
  PutSettings made{in.needed_text("object", 64), std::move(settings)};
  if (!is_id(made.object, 'a') && !is_id(made.object, 'd') && !is_id(made.object, 'o')) in.fail("'object' is no id of what has settings");
  return in.result<Payload>(std::move(made));
}
Result<Payload> set_app_passwords(const json::value& value) {
  Members in(value, "app_passwords.set");
  SetAppPasswords made{in.id("account", 'a'), {}};
  if (const auto* const hashes = in.list("hashes", kAppPasswords)) {
    for (const auto& entry : *hashes) {
      const auto* const text = entry.if_string();
      if (text == nullptr || text->empty() || text->size() > kHashBytes) {
        in.fail("'hashes' holds what is no hash");
        break;
      }
      made.hashes.emplace_back(text->data(), text->size());
    }
  }
  return in.result<Payload>(std::move(made));
}

std::vector<std::string> local_parts(Members& in, const char* name) {
  std::vector<std::string> made;
  if (!in.has(name)) return made;
  const auto* locals = in.list(name, kAliasesInChange);
  if (locals == nullptr) return made;
  for (const auto& local : *locals) {
    const auto* text = local.if_string();
    if (text == nullptr || text->empty() || text->size() > 4 * kLocalPartBytes) {
      in.fail("'" + std::string(name) + "' holds what is no local part of an address");
      break;
    }
    made.emplace_back(text->data(), text->size());
  }
  return made;
}
Result<Payload> alter_aliases(const json::value& value) {
  Members in(value, "aliases.alter");
  AlterAliases made{in.id("account", 'a'), in.id("domain", 'd'), local_parts(in, "removed"), local_parts(in, "added")};
  if (made.removed.size() + made.added.size() > kAliasesInChange) in.fail("more than " + std::to_string(kAliasesInChange) + " aliases in one change");
  return in.result<Payload>(std::move(made));
}

struct Kind {
  std::string_view name;
  Result<Payload> (*read)(const json::value&);
};
// In the order of Payload's alternatives.
constexpr Kind kKinds[] = {
    {"domain.put", put_domain},       {"domain.delete", delete_domain},   {"domain.disabled", set_domain_disabled},
    {"account.put", put_account},     {"account.delete", delete_account}, {"alias.put", put_alias},
    {"alias.delete", delete_alias},   {"password.set", set_password},     {"services.set", set_services},
    {"account.restore", restore_account}, {"settings.put", put_settings},       {"app_passwords.set", set_app_passwords},
    {"aliases.alter", alter_aliases},
};
static_assert(std::size(kKinds) + 1 == std::variant_size_v<Payload>);

}  // namespace

std::string_view kind_of(const Payload& payload) {
  if (const auto* unknown = std::get_if<UnknownChange>(&payload)) return unknown->kind;
  return kKinds[payload.index()].name;
}

json::object to_json(const Payload& payload) {
  auto made = std::visit([](const auto& change) { return members(change); }, payload);
  made["kind"] = kind_of(payload);
  return made;
}

Result<Payload> payload_of(const json::value& value) {
  Members in(value, "change");
  const auto name = in.needed_text("kind", kKindBytes);
  TRY_OK(in.result(true));
  for (const auto& kind : kKinds)
    if (kind.name == name) return kind.read(value);
  return UnknownChange{name, "this cluster does not know changes of kind '" + name + "': it must be upgraded first"};
}

std::string encode(const Payload& payload) { return json::serialize(to_json(payload)); }

Result<Payload> decode_payload(std::string_view text) {
  TRY(const auto value, parse_json(text));
  return payload_of(value);
}

}  // namespace postroad::feed
