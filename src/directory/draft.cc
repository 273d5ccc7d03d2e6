#include "directory/draft.h"

#include <utility>

#include "base/id.h"
#include "directory/names.h"

namespace postroad::directory {
namespace {

std::unexpected<Error> refuse(std::string text) { return fail(Fault::Refused, std::move(text)); }

// One function for each kind of change.
struct Apply {
  Draft& draft;
  Result<> operator()(const feed::PutDomain& change) const { return draft.put_domain(change.domain); }
  Result<> operator()(const feed::DeleteDomain& change) const { return draft.delete_domain(change.domain); }
  Result<> operator()(const feed::SetDomainDisabled& change) const {
    return draft.set_domain_disabled(change.domain, change.is_disabled);
  }
  Result<> operator()(const feed::PutAccount& change) const { return draft.put_account(change.account); }
  Result<> operator()(const feed::DeleteAccount& change) const { return draft.delete_account(change.account); }
  Result<> operator()(const feed::PutAlias& change) const { return draft.put_alias(change.alias); }
  Result<> operator()(const feed::DeleteAlias& change) const { return draft.delete_alias(change.domain, change.local); }
  Result<> operator()(const feed::AlterAliases& change) const { return draft.alter_aliases(change); }
  // The hash is kept beside the snapshot, whoever keeps it sets the version.
  Result<> operator()(const feed::SetPassword& change) const {
    if (draft.now().account(change.account) == nullptr) return refuse("there is no such account");
    return {};
  }
  Result<> operator()(const feed::SetServices& change) const { return draft.set_services(change); }
  Result<> operator()(const feed::RestoreAccount& change) const { return draft.put_account(change.account); }
  // Settings are kept beside the snapshot too.
  Result<> operator()(const feed::PutSettings& change) const {
    const auto& id = change.object;
    if (is_id(id, 'a') && draft.now().account(id) == nullptr) return refuse("there is no such account");
    if (is_id(id, 'd') && draft.now().domain_by_id(id) == nullptr) return refuse("there is no such domain");
    return {};
  }
  // So are application passwords.
  Result<> operator()(const feed::SetAppPasswords& change) const {
    if (draft.now().account(change.account) == nullptr) return refuse("there is no such account");
    for (const auto& hash : change.hashes)
      if (!hash.starts_with("{SHA256}")) return refuse("an application password's hash is of another kind");
    return {};
  }
  Result<> operator()(const feed::UnknownChange& change) const { return refuse(change.reason); }
};

}  // namespace

Draft::Draft(const Snapshot& base) : snapshot_(base) { ++snapshot_.edit_; }

Draft::Draft(Rules rules) {
  snapshot_.rules_ = std::move(rules);
  snapshot_.edit_ = 1;
}

SnapshotPtr Draft::finish() && { return std::make_shared<const Snapshot>(std::move(snapshot_)); }

Result<> Draft::apply(const feed::Payload& payload) { return std::visit(Apply{*this}, payload); }

// Domains.

Result<> Draft::put_domain(const Domain& domain) {
  if (!is_id(domain.id, 'd')) return refuse("the domain's id is none");
  if (fold_domain(domain.name) != domain.name) return refuse("'" + domain.name + "' is no domain name in lower case");
  const auto name = snapshot_.names_.find(domain.name);
  if (name != nullptr && name->domain != domain.id) return refuse("the domain name " + domain.name + " is taken");
  const auto before = snapshot_.realms_.find(domain.id);
  TRY_OK(may_be_alias(domain, before.get()));

  auto realm = before == nullptr ? Realm{} : *before;
  if (before != nullptr && before->domain.name != domain.name)
    snapshot_.names_.erase(before->domain.name, snapshot_.edit_);
  if (realm.domain.alias_of != domain.alias_of) {
    count_alias(realm.domain.alias_of, -1);
    count_alias(domain.alias_of, 1);
  }
  realm.domain = domain;
  snapshot_.realms_.put(std::move(realm), snapshot_.edit_);
  snapshot_.names_.put(Name{domain.name, domain.id}, snapshot_.edit_);
  return {};
}

// `before`: the domain as it stands, or null.
Result<> Draft::may_be_alias(const Domain& domain, const Realm* before) const {
  if (domain.alias_of.empty()) return {};
  const auto target = snapshot_.realms_.find(domain.alias_of);
  if (target == nullptr) return refuse("there is no domain for " + domain.name + " to be an alias of");
  if (domain.alias_of == domain.id || !target->domain.alias_of.empty())
    return refuse("an alias is of a domain that is none itself");
  if (before == nullptr) return {};
  if (!before->locals.empty()) return refuse("a domain with addresses of its own becomes no alias");
  if (before->alias_domains != 0) return refuse("a domain that has aliases becomes none itself");
  return {};
}

void Draft::count_alias(const std::string& domain, int change) {
  const auto found = snapshot_.realms_.find(domain);
  if (found == nullptr) return;
  auto realm = *found;
  realm.alias_domains += static_cast<std::uint32_t>(change);
  snapshot_.realms_.put(std::move(realm), snapshot_.edit_);
}

Result<> Draft::delete_domain(const std::string& id) {
  const auto realm = snapshot_.realms_.find(id);
  if (realm == nullptr) return {};
  if (!realm->locals.empty()) return refuse("the domain " + realm->domain.name + " still has addresses");
  if (realm->alias_domains != 0) return refuse("the domain " + realm->domain.name + " still has domain aliases");
  count_alias(realm->domain.alias_of, -1);
  snapshot_.names_.erase(realm->domain.name, snapshot_.edit_);
  snapshot_.realms_.erase(id, snapshot_.edit_);
  return {};
}

Result<> Draft::set_domain_disabled(const std::string& id, bool is_disabled) {
  const auto found = snapshot_.realms_.find(id);
  if (found == nullptr) return refuse("there is no such domain");
  auto realm = *found;
  realm.domain.is_disabled = is_disabled;
  snapshot_.realms_.put(std::move(realm), snapshot_.edit_);
  return {};
}

}  // namespace postroad::directory
