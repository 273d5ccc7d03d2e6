#include "feed/objects_json.h"

#include <utility>

#include "feed/change.h"

namespace postroad::feed {

namespace json = boost::json;

namespace {

template <class Object>
Result<Object> decode(std::string_view text, Result<Object> (*of)(const json::value&)) {
  TRY(const auto value, parse_json(text));
  return of(value);
}

std::vector<std::string> targets_of(Members& in) {
  std::vector<std::string> targets;
  const auto* list = in.list("targets", kTargets);
  if (list == nullptr) return targets;
  for (const auto& entry : *list) {
    const auto* text = entry.if_string();
    if (text == nullptr || text->empty() || text->size() > kAddressBytes) {
      in.fail("'targets' holds what is no address");
      return {};
    }
    targets.emplace_back(text->data(), text->size());
  }
  return targets;
}

Services services_of(Members& in) {
  Services services;
  const auto* object = in.object("services");
  if (object == nullptr) return services;
  for (const auto& [name, state] : *object) {
    const auto service = parse_service({name.data(), name.size()});
    if (!service) continue;  // one of a newer version
    const auto* word = state.if_string();
    const auto parsed = word == nullptr ? std::nullopt : parse_service_state({word->data(), word->size()});
    if (!parsed) in.fail("'services' holds a state that is none");
    services.set(*service, parsed.value_or(ServiceState::Suspended));
  }
  return services;
}

}  // namespace

void put_text(json::object& into, std::string_view name, const std::string& text) {
  if (!text.empty()) into[{name.data(), name.size()}] = text;
}

json::object to_json(const Services& services) {
  json::object made;
  for (const auto service : kServices) {
    if (services.has(service)) continue;  // enabled is what absent ones are
    const auto state = service_state_name(services.of(service));
    made[service_name(service)] = json::string_view(state.data(), state.size());
  }
  return made;
}

json::object to_json(const Domain& domain) {
  json::object made;
  made["id"] = domain.id;
  made["name"] = domain.name;
  put_text(made, "alias_of", domain.alias_of);
  if (domain.is_disabled) made["disabled"] = true;
  put_text(made, "catch_all", domain.catch_all);
  put_text(made, "postmaster", domain.postmaster);
  put_text(made, "filter_mx", domain.filter_mx);
  put_text(made, "timezone", domain.timezone);
  put_text(made, "language", domain.language);
  put_text(made, "company", domain.company);
  return made;
}

json::object to_json(const Account& account) {
  json::object made;
  made["id"] = account.id;
  made["domain"] = account.domain;
  made["local"] = account.local;
  const auto type = account_type_name(account.type);
  made["type"] = json::string_view(type.data(), type.size());
  if (account.quota_bytes != 0) made["quota"] = account.quota_bytes;
  if (auto services = to_json(account.services); !services.empty()) made["services"] = std::move(services);
  if (!account.targets.empty()) made["targets"] = json::array(account.targets.begin(), account.targets.end());
  put_text(made, "timezone", account.timezone);
  put_text(made, "language", account.language);
  return made;
}

json::object to_json(const Alias& alias) {
  return {{"domain", alias.domain}, {"local", alias.local}, {"account", alias.account}};
}

Result<Domain> domain_of(const json::value& value) {
  Members in(value, "domain");
  Domain made;
  made.id = in.id("id", 'd');
  made.name = in.needed_text("name", kDomainNameBytes);
  made.alias_of = in.optional_id("alias_of", 'd');
  made.is_disabled = in.flag("disabled");
  made.catch_all = in.optional_id("catch_all", 'a');
  made.postmaster = in.optional_id("postmaster", 'a');
  made.filter_mx = in.text("filter_mx", kDomainNameBytes + 6);
  made.timezone = in.text("timezone", kWordBytes);
  made.language = in.text("language", kWordBytes);
  made.company = in.optional_id("company", 'o');
  return in.result(std::move(made));
}

Result<Account> account_of(const json::value& value) {
  Members in(value, "account");
  Account made;
  made.id = in.id("id", 'a');
  made.domain = in.id("domain", 'd');
  made.local = in.needed_text("local", 4 * kLocalPartBytes);
  made.type = in.word("type", parse_account_type, AccountType::Mailbox);
  made.quota_bytes = in.number("quota", INT64_MAX);
  made.services = services_of(in);
  made.targets = targets_of(in);
  made.timezone = in.text("timezone", kWordBytes);
  made.language = in.text("language", kWordBytes);
  return in.result(std::move(made));
}

Result<Alias> alias_of(const json::value& value) {
  Members in(value, "alias");
  Alias made;
  made.domain = in.id("domain", 'd');
  made.local = in.needed_text("local", 4 * kLocalPartBytes);
  made.account = in.id("account", 'a');
  return in.result(std::move(made));
}

std::string encode(const Domain& domain) { return json::serialize(to_json(domain)); }
std::string encode(const Account& account) { return json::serialize(to_json(account)); }
std::string encode(const Alias& alias) { return json::serialize(to_json(alias)); }
Result<Domain> decode_domain(std::string_view text) { return decode(text, domain_of); }
Result<Account> decode_account(std::string_view text) { return decode(text, account_of); }
Result<Alias> decode_alias(std::string_view text) { return decode(text, alias_of); }

}  // namespace postroad::feed
