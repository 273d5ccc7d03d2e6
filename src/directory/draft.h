#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "directory/snapshot.h"
#include "feed/change.h"

namespace postroad::directory {

// A snapshot in the making: takes changes one after another, each whole or not at all. What cannot apply is refused
// with a reason for people, and leaves no trace.
class Draft {
 public:
  explicit Draft(const Snapshot& base = {});
  explicit Draft(Rules rules);

  Result<> apply(const feed::Payload& payload);

  // One kind each, for apply() and for tests. The account's credentials_version is kept where the account exists.
  Result<> put_domain(const Domain& domain);
  Result<> delete_domain(const std::string& id);
  Result<> set_domain_disabled(const std::string& id, bool is_disabled);
  Result<> put_account(const feed::Account& account);
  // The same, with the credentials' version as it is in there.
  Result<> restore_account(const Account& account);
  Result<> delete_account(const std::string& id);
  Result<> put_alias(const feed::Alias& alias);
  Result<> alter_aliases(const feed::AlterAliases& change);
  Result<> delete_alias(const std::string& domain, const std::string& local);
  // NotFound where there is no such account.
  Result<> set_credentials_version(const std::string& account, std::uint64_t version);
  Result<> set_services(const feed::SetServices& set);

  // The alias of that address (folded), without an account where there is none.
  feed::Alias alias_at(const std::string& domain, const std::string& folded) const;

  // What is in it so far, until the next change: not to be copied, since changes are made in place.
  const Snapshot& now() const { return snapshot_; }
  // Ends the draft.
  SnapshotPtr finish() &&;

 private:
  Result<> may_be_alias(const Domain& domain, const Realm* before) const;
  void count_alias(const std::string& domain, int change);
  Result<> may_take(const std::string& domain, const std::string& folded, const std::string& account) const;
  void put_local(const std::string& domain, LocalName name);
  void erase_local(const std::string& domain, const std::string& folded);
  void unlist(const feed::Alias& alias);
  Snapshot snapshot_;
};

}  // namespace postroad::directory
