#include "policy/recipient.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace postroad::policy {
namespace {

using directory::Account;
using directory::AccountPtr;
using directory::AccountType;
using directory::Resolution;
using directory::Service;
using directory::ServiceState;

Refusal refusal(Reason reason, int code, std::string status, std::string text) {
  return {reason, {code, std::move(status), std::move(text)}};
}

Decision refused(Reason reason, int code, std::string status, std::string text) {
  return {.refusal = refusal(reason, code, std::move(status), std::move(text))};
}

bool is_postmaster(const smtp::Path& to) { return equal_nocase(to.local, "postmaster"); }

// How the directory is asked. postmaster at an address literal is the postmaster.  rfc5321 4.5.1
std::string address_of(const smtp::Path& to) {
  if (to.is_literal() && is_postmaster(to)) return "postmaster";
  return to.text();
}

Decision domain_disabled(Barred barred) {
  if (barred == Barred::Refuse) return refused(Reason::DomainDisabled, 550, "5.2.1", "this domain takes no mail");
  return refused(Reason::DomainDisabled, 450, "4.2.1", "this domain takes no mail now; try again later");
}

// Why this account takes no mail, or nothing.
std::optional<Refusal> judge_account(const Account& account, const Options& options) {
  switch (account.services.of(Service::SmtpIn)) {
    case ServiceState::Enabled: return std::nullopt;
    case ServiceState::Disabled: return refusal(Reason::Disabled, 550, "5.2.1", "this mailbox takes no mail");
    case ServiceState::Suspended: break;
  }
  switch (options.suspended) {
    case Barred::Accept: return std::nullopt;
    case Barred::Refuse: return refusal(Reason::Suspended, 550, "5.2.1", "this mailbox is suspended");
    case Barred::Defer: return refusal(Reason::Suspended, 450, "4.2.1", "this mailbox is suspended; try again later");
  }
  return std::nullopt;
}

// Of several (a group), those that take mail get it; the first one's refusal stands where none does.
Decision among(Resolution found, const Options& options, bool always) {
  Decision decision{.detail = std::move(found.detail)};
  for (auto& account : found.accounts) {
    auto why = always ? std::nullopt : judge_account(*account, options);
    if (!why)
      decision.accounts.push_back(std::move(account));
    else if (!decision.refusal)
      decision.refusal = std::move(why);
  }
  if (!decision.accounts.empty()) decision.refusal.reset();
  return decision;
}

bool goes_elsewhere(const Resolution& found) {
  return !found.forwards.empty() ||
         std::ranges::any_of(found.accounts, [](const AccountPtr& a) { return a->type != AccountType::Mailbox; });
}

}  // namespace

std::string_view reason_name(Reason reason) {
  switch (reason) {
    case Reason::Malformed: return "malformed";
    case Reason::Relaying: return "relaying";
    case Reason::DomainDisabled: return "domain_disabled";
    case Reason::UnknownUser: return "unknown_user";
    case Reason::TooManyMembers: return "too_many_members";
    case Reason::Elsewhere: return "elsewhere";
    case Reason::Suspended: return "suspended";
    case Reason::Disabled: return "disabled";
    case Reason::OverQuota: return "over_quota";
    case Reason::TooManyAccounts: return "too_many_accounts";
  }
  return "malformed";
}

// The order is the order in which errors win.
Decision judge_recipient(const directory::Snapshot& directory, const smtp::Path& to, const Options& options) {
  auto found = directory.resolve(address_of(to));
  switch (found.kind) {
    case Resolution::Kind::Malformed: return refused(Reason::Malformed, 501, "5.1.3", "this is no address");
    case Resolution::Kind::UnknownDomain:
      return refused(Reason::Relaying, 550, "5.7.1", "this domain is not served here, and mail is not relayed");
    case Resolution::Kind::DomainDisabled: return domain_disabled(options.domain_disabled);
    case Resolution::Kind::UnknownUser: return refused(Reason::UnknownUser, 550, "5.1.1", "nobody has this address");
    case Resolution::Kind::TooMany:
      return refused(Reason::TooManyMembers, 550, "5.5.3", "this group has too many members");
    case Resolution::Kind::Known: break;
  }
  if (goes_elsewhere(found))
    return refused(Reason::Elsewhere, 550, "5.3.3", "this address forwards to another host, which is not possible yet");
  check(!found.accounts.empty(), "a known address is somebody's");
  return among(std::move(found), options, is_postmaster(to));
}

std::optional<Refusal> judge_count(std::size_t accounts, std::size_t accounts_max) {
  if (accounts <= accounts_max) return std::nullopt;
  return refusal(Reason::TooManyAccounts, 452, "4.5.3", "too many mailboxes at once; send to this one in another transaction");
}

std::optional<Refusal> judge_room(const Account& account, std::uint64_t used_bytes, std::uint64_t size_bytes) {
  if (account.quota_bytes == 0) return std::nullopt;
  const auto left = account.quota_bytes - std::min(account.quota_bytes, used_bytes);
  if (left > 0 && size_bytes <= left) return std::nullopt;
  return refusal(Reason::OverQuota, 452, "4.2.2", "this mailbox is full");
}

}  // namespace postroad::policy
