#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "directory/trie.h"
#include "feed/objects.h"

// Who exists on this cluster, how they sign in, what they may do.
namespace postroad::directory {

using feed::AccountType;
using feed::Domain;
using feed::Service;
using feed::Services;
using feed::ServiceState;

// An account as control has it, and what the cluster adds.
struct Account : feed::Account {
  std::uint64_t credentials_version = 0;  // 0: no password, nobody signs in; grows with each change
  bool operator==(const Account&) const = default;
};
using AccountPtr = std::shared_ptr<const Account>;

// The parts of a snapshot: domains with their addresses, names of domains, aliases by account. All known by key_of().
struct LocalName {
  std::string local;  // folded; names.h
  IdBytes account{};  // the account's id, packed: there is one for each address
  bool is_alias = false;
  std::string account_id() const { return unpack_id('a', account); }
};
struct Realm {
  Domain domain;
  Trie<LocalName> locals;
  std::uint32_t alias_domains = 0;  // domains that are aliases of this one
};
struct Name {
  std::string name;
  std::string domain;  // the id
};
struct AliasList {
  std::string account;
  std::vector<feed::Alias> aliases;
};
inline std::string_view key_of(const Account& account) { return account.id; }
inline std::string_view key_of(const LocalName& name) { return name.local; }
inline std::string_view key_of(const Realm& realm) { return realm.domain.id; }
inline std::string_view key_of(const Name& name) { return name.name; }
inline std::string_view key_of(const AliasList& list) { return list.account; }

// What an address means here.
struct Resolution {
  enum class Kind {
    Known,           // mail for it is taken: `accounts` and `forwards` tell whose it is; never both empty
    UnknownDomain,   // the domain is not served here                                   -> relaying: 550 5.7.1
    UnknownUser,     // it is, and nobody there has this address                        -> 550 5.1.1
    DomainDisabled,  // it is, and is switched off                                      -> 550 5.2.1 / 450 4.2.1
    TooMany,         // a group that unfolds to more than Rules::recipients, or nests too deeply -> 550 5.5.3
    Malformed,       // no address                                                      -> 501 5.1.3
  };
  Kind kind = Kind::Malformed;
  // The mailboxes and filter-only accounts that get the mail, each once, in the order of first mention. The caller
  // looks at their SmtpIn state: resolve() does not.
  std::vector<AccountPtr> accounts;
  // Addresses elsewhere (of forward-only accounts and groups) to which the mail goes on, each once.
  std::vector<std::string> forwards;
  // Members of groups and forwards that are ours by domain, and unknown or disabled: nobody gets their mail.
  std::vector<std::string> dead;
  // What stood behind the first `+` of the local part, where the address without it was meant.  rfc5233
  std::string detail;
  bool is_catch_all = false;
};

// What the operator decides about addresses.
struct Rules {
  std::string postmaster;        // the address of `postmaster` alone, and of domains that have none.  rfc5321 4.5.1
  char detail_separator = '+';   // NUL: none
  std::size_t recipients = 1000; // what one address unfolds to, at most
  int depth = 8;                 // groups in groups
};

// The whole directory at one position of the feed. Immutable: any thread may read it, without locks. Copies share
// almost everything; a change costs a few small nodes, whatever the number of accounts.
class Snapshot {
 public:
  Snapshot() = default;

  // The domain that has the addresses: of an alias, the one that it is an alias of. Null: not served here.
  // `name` in any case, as A-labels or U-labels, without a trailing dot.
  std::shared_ptr<const Domain> domain(std::string_view name) const;
  std::shared_ptr<const Domain> domain_by_id(std::string_view id) const;

  // `address` as in MAIL and RCPT, without angle brackets: `local@domain`, a quoted local part too, or `postmaster`.
  Resolution resolve(std::string_view address) const;

  // The account whose own address or alias this is; no catch-all, no `+` detail, domain aliases followed: for
  // sign-in. Null: nobody's. An account of a disabled domain is found.
  AccountPtr account_of(std::string_view address) const;

  AccountPtr account(std::string_view id) const;  // null where there is none
  std::string address_of(const Account& account) const;  // `local@domain`
  std::vector<feed::Alias> aliases_of(std::string_view account_id) const;  // local parts folded, as they were made

  std::size_t domains() const { return realms_.size(); }
  std::size_t accounts() const { return accounts_.size(); }
  // In an order that tells nothing.
  template <class Visit>
  void each_account(const Visit& visit) const {
    accounts_.each(visit);
  }

 private:
  friend class Draft;
  friend class Unfolding;
  using RealmPtr = std::shared_ptr<const Realm>;
  RealmPtr realm(std::string_view name) const;  // domain aliases followed
  AccountPtr owner(const Realm& realm, std::string_view folded_local) const;

  Rules rules_;
  Trie<Realm> realms_;
  Trie<Name> names_;
  Trie<Account> accounts_;
  Trie<AliasList> aliases_;  // of accounts that have any
  std::uint64_t edit_ = 0;   // the last edit whose nodes are in here.  trie.h
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace postroad::directory
