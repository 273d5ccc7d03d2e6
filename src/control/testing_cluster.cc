#include <algorithm>

#include "base/text.h"
#include "control/testing.h"

namespace postroad::control::testing {

using io::Task;

Task<Result<std::size_t>> FakeCluster::pull(feed::Source& source, std::size_t most, bool loses_answer) {
  CO_TRY(const auto standing, co_await source.standing(name_));
  check(log_.empty() || log_ == standing.log, "control's log stays the same");
  log_ = standing.log;
  const auto after = std::min(standing.acknowledged, position_);
  CO_TRY(const auto changes, co_await source.next(name_, after, most));

  std::vector<feed::Settled> settled;
  for (const auto& change : changes) {
    check(settled.empty() || change.position > settled.back().position, "positions ascend");
    if (change.position > position_) {
      check(!decided_.contains(change.id), "a change has one position");
      position_ = change.position;
      history.push_back(change);
      decided_[change.id] = decide(change);
    }
    check(decided_.contains(change.id), "what is given again was given before");
    settled.push_back(decided_[change.id]);
  }
  if (!settled.empty() && !loses_answer) CO_TRY_OK(co_await source.settle(name_, settled));
  co_return changes.size();
}

feed::Settled FakeCluster::decide(const feed::Change& change) {
  auto reason = refuses(change);
  if (!reason) reason = apply(change.payload);
  if (!reason) applied.push_back(change.id);
  return {change.position, change.id, !reason, reason.value_or("")};
}

bool FakeCluster::is_taken(const std::string& domain, const std::string& local, const std::string& but) const {
  const auto is_it = [&](const auto& entry) {
    return entry.first != but && entry.second.domain == domain && equal_nocase(entry.second.local, local);
  };
  return std::ranges::any_of(accounts, is_it) || aliases.contains({domain, lower(local)});
}

// As src/directory does it: what refers to nothing, or takes what is taken, is refused.
std::optional<std::string> FakeCluster::apply(const feed::Payload& payload) {
  if (const auto* put = std::get_if<feed::PutDomain>(&payload)) {
    for (const auto& [id, domain] : domains)
      if (domain.name == put->domain.name && id != put->domain.id) return "the domain's name is taken";
    if (!put->domain.alias_of.empty() && !domains.contains(put->domain.alias_of)) return "no such domain to be an alias of";
    if (!put->domain.catch_all.empty() && !accounts.contains(put->domain.catch_all)) return "no such catch-all";
    domains[put->domain.id] = put->domain;
  } else if (const auto* ended = std::get_if<feed::DeleteDomain>(&payload)) {
    const auto is_in = [&](const auto& entry) { return entry.second.domain == ended->domain; };
    const auto is_alias = [&](const auto& entry) { return entry.second.alias_of == ended->domain; };
    if (std::ranges::any_of(accounts, is_in) || std::ranges::any_of(domains, is_alias)) return "the domain is in use";
    domains.erase(ended->domain);
    settings.erase(ended->domain);
  } else if (const auto* disabled = std::get_if<feed::SetDomainDisabled>(&payload)) {
    if (!domains.contains(disabled->domain)) return "no such domain";
    domains[disabled->domain].is_disabled = disabled->is_disabled;
  } else if (const auto* account = std::get_if<feed::PutAccount>(&payload)) {
    if (gone.contains(account->account.id)) return "the account was deleted";
    if (!domains.contains(account->account.domain)) return "no such domain";
    if (is_taken(account->account.domain, account->account.local, account->account.id)) return "the address is taken";
    accounts[account->account.id] = account->account;
    if (!account->password_hash.empty()) hashes[account->account.id] = account->password_hash;
  } else if (const auto* back = std::get_if<feed::RestoreAccount>(&payload)) {
    if (gone.erase(back->account.id) == 0) return "the account's mail was purged";
    auto refused = apply(feed::PutAccount{back->account, back->password_hash});
    if (refused) gone.insert(back->account.id);
    return refused;
  } else if (const auto* set = std::get_if<feed::PutSettings>(&payload)) {
    if (set->object.front() == 'a' && !accounts.contains(set->object)) return "no such account";
    if (set->object.front() == 'd' && !domains.contains(set->object)) return "no such domain";
    if (set->settings == feed::Settings{}) settings.erase(set->object);
    else settings[set->object] = set->settings;
  } else if (const auto* removed = std::get_if<feed::DeleteAccount>(&payload)) {
    for (const auto& [id, domain] : domains)
      if (domain.catch_all == removed->account) return "it is a catch-all";
    if (accounts.erase(removed->account) != 0) gone.insert(removed->account);
    settings.erase(removed->account);
    hashes.erase(removed->account);
    app_passwords.erase(removed->account);
    std::erase_if(aliases, [&](const auto& alias) { return alias.second == removed->account; });
  } else if (const auto* alias = std::get_if<feed::PutAlias>(&payload)) {
    if (!accounts.contains(alias->alias.account)) return "no such account";
    if (is_taken(alias->alias.domain, alias->alias.local, {})) return "the address is taken";
    aliases[{alias->alias.domain, lower(alias->alias.local)}] = alias->alias.account;
  } else if (const auto* altered = std::get_if<feed::AlterAliases>(&payload)) {
    if (!accounts.contains(altered->account)) return "no such account";
    const auto before = aliases;
    for (const auto& local : altered->removed) {
      const auto at = aliases.find({altered->domain, lower(local)});
      if (at == aliases.end() || at->second != altered->account) return "an alias that is lost is not there";
      aliases.erase(at);
    }
    for (const auto& local : altered->added) {
      if (is_taken(altered->domain, local, {})) {
        aliases = before;
        return "the address is taken";
      }
      aliases[{altered->domain, lower(local)}] = altered->account;
    }
  } else if (const auto* without = std::get_if<feed::DeleteAlias>(&payload)) {
    aliases.erase({without->domain, lower(without->local)});
  } else if (const auto* password = std::get_if<feed::SetPassword>(&payload)) {
    if (!accounts.contains(password->account)) return "no such account";
    hashes[password->account] = password->password_hash;
  } else if (const auto* apps = std::get_if<feed::SetAppPasswords>(&payload)) {
    if (!accounts.contains(apps->account)) return "no such account";
    app_passwords[apps->account] = apps->hashes;
  } else if (const auto* services = std::get_if<feed::SetServices>(&payload)) {
    if (!accounts.contains(services->account)) return "no such account";
    for (const auto& [service, state] : services->states) accounts[services->account].services.set(service, state);
  }
  return std::nullopt;
}

}  // namespace postroad::control::testing
