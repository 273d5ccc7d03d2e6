#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/snapshot.h"
#include "smtp/path.h"
#include "smtp/reply.h"

// Accept? to whom? as what? Pure functions of the directory's snapshot and of facts that the caller found out.
namespace postroad::policy {

// Why mail is refused: a label of metrics and a field of logs.
enum class Reason {
  Malformed,       // 501 5.1.3
  Relaying,        // 550 5.7.1  the domain is not of this cluster
  DomainDisabled,  // 550 5.2.1 or 450 4.2.1
  UnknownUser,     // 550 5.1.1
  TooManyMembers,  // 550 5.5.3  a group that unfolds without end
  Elsewhere,       // 550 5.3.3  the mail would have to go on to another host, which this version can't do
  Suspended,       // 550 5.2.1 or 450 4.2.1
  Disabled,        // 550 5.2.1  the account takes no mail
  OverQuota,       // 452 4.2.2
  TooManyAccounts, // 452 4.5.3  the message would go to too many mailboxes at once
};
std::string_view reason_name(Reason reason);  // `unknown_user`

// What is said for an account or a domain that is barred for now.
enum class Barred {
  Refuse,  // 550: the sender gets it back at once
  Defer,   // 450: the sender tries again for days
  Accept,  // taken as if nothing were; of accounts alone
};

struct Options {
  Barred suspended = Barred::Refuse;
  Barred domain_disabled = Barred::Refuse;  // Accept acts as Defer
};

struct Refusal {
  Reason reason = Reason::Malformed;
  smtp::Reply reply;
};

// What becomes of one recipient: refused, or mail for `accounts`, each once, at least one.
struct Decision {
  std::optional<Refusal> refusal;
  std::vector<directory::AccountPtr> accounts;
  std::string detail;  // rfc5233
};

// Decides about RCPT TO. Mail for a postmaster of ours is always taken, barred or not.  rfc5321 4.5.1
Decision judge_recipient(const directory::Snapshot& directory, const smtp::Path& to, const Options& options);

// Whether a message may go to so many accounts, all recipients together. rfc5321 4.5.3.1.10: the rest comes in another
// transaction.
std::optional<Refusal> judge_count(std::size_t accounts, std::size_t accounts_max);

// Whether a message of `size_bytes` (0: not declared) fits into an account that uses `used_bytes` now.
std::optional<Refusal> judge_room(const directory::Account& account, std::uint64_t used_bytes, std::uint64_t size_bytes);

}  // namespace postroad::policy
