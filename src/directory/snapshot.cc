#include "directory/snapshot.h"

#include "base/text.h"
#include "directory/names.h"
#include "directory/unfolding.h"

namespace postroad::directory {

Snapshot::RealmPtr Snapshot::realm(std::string_view name) const {
  const auto folded = fold_domain(name);
  if (!folded) return nullptr;
  const auto known = names_.find(*folded);
  if (known == nullptr) return nullptr;
  auto realm = realms_.find(known->domain);
  if (realm == nullptr || realm->domain.alias_of.empty()) return realm;
  // An alias of an alias is never made; one that is switched off itself stands for nothing but that.
  return realm->domain.is_disabled ? realm : realms_.find(realm->domain.alias_of);
}

std::shared_ptr<const Domain> Snapshot::domain(std::string_view name) const {
  auto found = realm(name);
  return found == nullptr ? nullptr : std::shared_ptr<const Domain>(found, &found->domain);
}

std::shared_ptr<const Domain> Snapshot::domain_by_id(std::string_view id) const {
  auto found = realms_.find(id);
  return found == nullptr ? nullptr : std::shared_ptr<const Domain>(found, &found->domain);
}

AccountPtr Snapshot::owner(const Realm& realm, std::string_view folded_local) const {
  const auto name = realm.locals.find(folded_local);
  return name == nullptr ? nullptr : accounts_.find(name->account_id());
}

AccountPtr Snapshot::account(std::string_view id) const { return accounts_.find(id); }

AccountPtr Snapshot::account_of(std::string_view address) const {
  const auto parts = fold_address(address);
  if (!parts) return nullptr;
  const auto found = realm(parts->domain);
  return found == nullptr ? nullptr : owner(*found, parts->local);
}

std::string Snapshot::address_of(const Account& account) const {
  const auto domain = domain_by_id(account.domain);
  return account.local + "@" + (domain == nullptr ? std::string() : domain->name);
}

std::vector<feed::Alias> Snapshot::aliases_of(std::string_view account_id) const {
  const auto list = aliases_.find(account_id);
  return list == nullptr ? std::vector<feed::Alias>() : list->aliases;
}

Resolution Snapshot::resolve(std::string_view address) const { return Unfolding(*this).resolve(address); }

}  // namespace postroad::directory
