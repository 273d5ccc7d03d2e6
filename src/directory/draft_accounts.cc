#include <algorithm>
#include <set>
#include <utility>

#include "base/id.h"
#include "directory/draft.h"
#include "directory/names.h"

// The half of Draft about accounts and their aliases.
namespace postroad::directory {
namespace {

std::unexpected<Error> refuse(std::string text) { return fail(Fault::Refused, std::move(text)); }

constexpr const char* kFull = "the account has 2000 aliases, which is the most";
static_assert(feed::kAliasesPerAccount == 2000);

}  // namespace

// Whether `account` may have the address as its own (or has it already).
Result<> Draft::may_take(const std::string& domain, const std::string& folded, const std::string& account) const {
  const auto realm = snapshot_.realms_.find(domain);
  if (realm == nullptr) return refuse("there is no such domain");
  if (!realm->domain.alias_of.empty())
    return refuse(realm->domain.name + " is an alias of another domain and has no addresses of its own");
  const auto taken = realm->locals.find(folded);
  if (taken != nullptr && (taken->is_alias || taken->account_id() != account))
    return refuse("the address " + folded + "@" + realm->domain.name + " is taken");
  return {};
}

void Draft::put_local(const std::string& domain, LocalName name) {
  auto realm = *snapshot_.realms_.find(domain);
  realm.locals.put(std::move(name), snapshot_.edit_);
  snapshot_.realms_.put(std::move(realm), snapshot_.edit_);
}

void Draft::erase_local(const std::string& domain, const std::string& folded) {
  auto realm = *snapshot_.realms_.find(domain);
  realm.locals.erase(folded, snapshot_.edit_);
  snapshot_.realms_.put(std::move(realm), snapshot_.edit_);
}

Result<> Draft::put_account(const feed::Account& account) {
  const auto before = snapshot_.accounts_.find(account.id);
  return restore_account(Account{account, before == nullptr ? 0 : before->credentials_version});
}

Result<> Draft::restore_account(const Account& account) {
  if (!is_id(account.id, 'a')) return refuse("the account's id is none");
  const auto folded = fold_local(account.local);
  if (!folded) return refuse("'" + account.local + "' is no local part of an address");
  TRY_OK(may_take(account.domain, *folded, account.id));
  for (const auto& target : account.targets)
    if (!fold_address(target)) return refuse("'" + target + "' is no address");

  if (const auto before = snapshot_.accounts_.find(account.id)) {
    const auto folded_before = *fold_local(before->local);
    if (before->domain != account.domain || folded_before != *folded) erase_local(before->domain, folded_before);
  }
  put_local(account.domain, LocalName{*folded, pack_id(account.id), false});
  snapshot_.accounts_.put(account, snapshot_.edit_);
  return {};
}

Result<> Draft::delete_account(const std::string& id) {
  const auto account = snapshot_.accounts_.find(id);
  if (account == nullptr) return {};
  if (const auto list = snapshot_.aliases_.find(id)) {
    for (const auto& alias : list->aliases) erase_local(alias.domain, alias.local);
    snapshot_.aliases_.erase(id, snapshot_.edit_);
  }
  erase_local(account->domain, *fold_local(account->local));
  snapshot_.accounts_.erase(id, snapshot_.edit_);
  return {};
}

Result<> Draft::put_alias(const feed::Alias& alias) {
  const auto folded = fold_local(alias.local);
  if (!folded) return refuse("'" + alias.local + "' is no local part of an address");
  if (snapshot_.accounts_.find(alias.account) == nullptr) return refuse("there is no such account");
  const auto before = alias_at(alias.domain, *folded);
  if (before.account == alias.account) return {};
  if (before.account.empty()) {
    TRY_OK(may_take(alias.domain, *folded, {}));
  }
  const auto list = snapshot_.aliases_.find(alias.account);
  if (list != nullptr && list->aliases.size() >= feed::kAliasesPerAccount)
    return refuse(kFull);

  if (!before.account.empty()) unlist(before);
  auto longer = list == nullptr ? AliasList{alias.account, {}} : *list;
  longer.aliases.push_back({alias.domain, *folded, alias.account});
  snapshot_.aliases_.put(std::move(longer), snapshot_.edit_);
  put_local(alias.domain, LocalName{*folded, pack_id(alias.account), true});
  return {};
}

// Looked at first, altered then.
Result<> Draft::alter_aliases(const feed::AlterAliases& change) {
  if (snapshot_.accounts_.find(change.account) == nullptr) return refuse("there is no such account");
  std::set<std::string> lost;
  for (const auto& local : change.removed) {
    auto folded = fold_local(local);
    if (!folded) return refuse("'" + local + "' is no local part of an address");
    if (alias_at(change.domain, *folded).account == change.account) lost.insert(std::move(*folded));
  }
  std::set<std::string> got;
  for (const auto& local : change.added) {
    auto folded = fold_local(local);
    if (!folded) return refuse("'" + local + "' is no local part of an address");
    if (lost.erase(*folded) > 0 || alias_at(change.domain, *folded).account == change.account) continue;
    TRY_OK(may_take(change.domain, *folded, {}));
    got.insert(std::move(*folded));
  }
  const auto before = snapshot_.aliases_.find(change.account);
  auto list = before == nullptr ? AliasList{change.account, {}} : *before;
  std::erase_if(list.aliases, [&](const feed::Alias& alias) { return alias.domain == change.domain && lost.contains(alias.local); });
  if (list.aliases.size() + got.size() > feed::kAliasesPerAccount) return refuse(kFull);

  for (const auto& local : lost) erase_local(change.domain, local);
  for (const auto& local : got) {
    list.aliases.push_back({change.domain, local, change.account});
    put_local(change.domain, LocalName{local, pack_id(change.account), true});
  }
  if (!list.aliases.empty()) snapshot_.aliases_.put(std::move(list), snapshot_.edit_);
  else if (before != nullptr) snapshot_.aliases_.erase(change.account, snapshot_.edit_);
  return {};
}

Result<> Draft::delete_alias(const std::string& domain, const std::string& local) {
  const auto folded = fold_local(local);
  if (!folded) return refuse("'" + local + "' is no local part of an address");
  const auto alias = alias_at(domain, *folded);
  if (alias.account.empty()) return {};
  unlist(alias);
  erase_local(domain, *folded);
  return {};
}

feed::Alias Draft::alias_at(const std::string& domain, const std::string& folded) const {
  const auto realm = snapshot_.realms_.find(domain);
  const auto name = realm == nullptr ? nullptr : realm->locals.find(folded);
  if (name == nullptr || !name->is_alias) return {};
  return {domain, folded, name->account_id()};
}

// Takes it off its account's list.
void Draft::unlist(const feed::Alias& alias) {
  auto list = *snapshot_.aliases_.find(alias.account);
  std::erase(list.aliases, alias);
  if (list.aliases.empty()) {
    snapshot_.aliases_.erase(alias.account, snapshot_.edit_);
  } else {
    snapshot_.aliases_.put(std::move(list), snapshot_.edit_);
  }
}

Result<> Draft::set_credentials_version(const std::string& account, std::uint64_t version) {
  const auto found = snapshot_.accounts_.find(account);
  if (found == nullptr) return fail(Fault::NotFound, "there is no such account");
  auto made = *found;
  made.credentials_version = version;
  snapshot_.accounts_.put(std::move(made), snapshot_.edit_);
  return {};
}

Result<> Draft::set_services(const feed::SetServices& set) {
  const auto found = snapshot_.accounts_.find(set.account);
  if (found == nullptr) return refuse("there is no such account");
  auto made = *found;
  for (const auto& [service, state] : set.states) made.services.set(service, state);
  snapshot_.accounts_.put(std::move(made), snapshot_.edit_);
  return {};
}

}  // namespace postroad::directory
