#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "feed/objects.h"
#include "feed/settings.h"

// The changes that control hands to a cluster, in order. docs/feed.md
namespace postroad::feed {

// A change's place in its cluster's feed: from 1, ascending in the order in which changes apply, never used twice.
// Gaps are allowed.
using Position = std::uint64_t;

inline constexpr std::size_t kBatchChanges = 256;
inline constexpr std::size_t kChangeBytes = 256UL << 10;  // of one change in JSON
inline constexpr std::size_t kReasonBytes = 300;
inline constexpr std::size_t kKindBytes = 64;
inline constexpr std::size_t kAppPasswords = 4;  // of one account
inline constexpr std::size_t kAliasesInChange = 100;

// Puts are absolute: what the object is from now on. An object is known by its id, so that a put with another name
// renames. Deleting what does not exist is applied.
struct PutDomain {
  Domain domain;
  bool operator==(const PutDomain&) const = default;
};
// Refused while the domain has addresses, or other domains are aliases of it.
struct DeleteDomain {
  std::string domain;
  bool operator==(const DeleteDomain&) const = default;
};
struct SetDomainDisabled {
  std::string domain;
  bool is_disabled = false;
  bool operator==(const SetDomainDisabled&) const = default;
};
// Credentials of an account that exists are kept as they are where `password_hash` is empty.
struct PutAccount {
  Account account;
  std::string password_hash;  // as sasl/password.h writes or takes them; may be empty
  bool is_welcome = false;    // where it is new, it finds its domain's welcome mail
  bool operator==(const PutAccount&) const = default;
};
// Takes its aliases, settings and credentials with it, and in the end its mail. The id comes back by RestoreAccount alone.
struct DeleteAccount {
  std::string account;
  bool operator==(const DeleteAccount&) const = default;
};
struct PutAlias {
  Alias alias;
  bool operator==(const PutAlias&) const = default;
};
struct DeleteAlias {
  std::string domain;
  std::string local;
  bool operator==(const DeleteAlias&) const = default;
};
// Aliases that an account loses and gets in a domain: kAliasesInChange together at most. All of it, or it is refused. Those that
// it does not have are lost already, and those that it has are got.
struct AlterAliases {
  std::string account;
  std::string domain;
  std::vector<std::string> removed;
  std::vector<std::string> added;
  bool operator==(const AlterAliases&) const = default;
};
// A command of control: the cluster owns credentials, and gives each new state the next version.
struct SetPassword {
  std::string account;
  std::string password_hash;  // empty: nobody signs in
  bool operator==(const SetPassword&) const = default;
};
// The services named get the state; the others keep theirs. Suspension of a mailbox is this.
struct SetServices {
  std::string account;
  std::vector<std::pair<Service, ServiceState>> states;
  bool operator==(const SetServices&) const = default;
};
// A deleted account as it is from now on, with the mail that it had. Refused once that was purged.
struct RestoreAccount {
  Account account;
  std::string password_hash;
  bool operator==(const RestoreAccount&) const = default;
};
// Of an account, a domain or a company; a company need not be known by anything else. All of them: what was set before
// is forgotten.
struct PutSettings {
  std::string object;
  Settings settings;
  bool operator==(const PutSettings&) const = default;
};
// A command of control: the application passwords of an account, all of them. Each lets in as the password does, but for the webmail.
struct SetAppPasswords {
  std::string account;
  std::vector<std::string> hashes;  // `{SHA256}...`: of random passwords, which need no slow hash; at most kAppPasswords
  bool operator==(const SetAppPasswords&) const = default;
};
// What a newer control sends and this version does not know, or what is malformed: it is refused for that reason, and
// holds nothing up.
struct UnknownChange {
  std::string kind;
  std::string reason;
  bool operator==(const UnknownChange&) const = default;
};

using Payload = std::variant<PutDomain, DeleteDomain, SetDomainDisabled, PutAccount, DeleteAccount, PutAlias,
                             DeleteAlias, SetPassword, SetServices, RestoreAccount, PutSettings,
                             SetAppPasswords, AlterAliases, UnknownChange>;

// `domain.put`, `domain.delete`, `domain.disabled`, `account.put`, `account.delete`, `alias.put`, `alias.delete`,
// `password.set`, `services.set`, `account.restore`, `settings.put`, `app_passwords.set`, `aliases.alter`.
std::string_view kind_of(const Payload& payload);

struct Change {
  Position position = 0;
  std::string id;  // control's, 'c'; the same on every delivery
  Payload payload;
  bool operator==(const Change&) const = default;
};

// Consecutive changes: all that follow `after`, up to the last one's position.
struct Batch {
  Position after = 0;
  std::vector<Change> changes;  // ascending by position, each greater than `after`, at most kBatchChanges
  bool operator==(const Batch&) const = default;
};

// What became of a change.
struct Settled {
  Position position = 0;
  std::string change;  // its id
  bool is_applied = false;
  std::string reason;  // why it was refused, in a sentence for people; empty where applied
  bool operator==(const Settled&) const = default;
};

// The payload as JSON: {"kind": ..., ...}. Unknown members are ignored on reading, missing ones have their default
// where the struct has one. Decoding checks form and sizes (ids, names, counts), never whether a change can apply.
std::string encode(const Payload& payload);
Result<Payload> decode_payload(std::string_view json);

// An object alone, for rows of stores and databases.
std::string encode(const Domain& domain);
std::string encode(const Account& account);
std::string encode(const Alias& alias);
Result<Domain> decode_domain(std::string_view json);
Result<Account> decode_account(std::string_view json);
Result<Alias> decode_alias(std::string_view json);

}  // namespace postroad::feed
