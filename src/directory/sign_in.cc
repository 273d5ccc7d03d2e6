#include "directory/sign_in.h"

namespace postroad::directory {

std::string barred(const Snapshot& snapshot, std::string_view account_id, Service service) {
  const auto account = snapshot.account(account_id);
  const auto domain = account == nullptr ? nullptr : snapshot.domain_by_id(account->domain);
  if (domain == nullptr) return "the account was just deleted";
  if (domain->is_disabled) return "the domain is disabled";
  if (account->services.has(service)) return {};
  return std::string(feed::service_name(service)) + " is " +
         std::string(feed::service_state_name(account->services.of(service))) + " for this account";
}

std::string Permit::barred(const SnapshotPtr& now, const Identity& identity, Service service) {
  // By owner: a new snapshot where a forgotten one lay is another.
  if (!seen_.owner_before(now) && !now.owner_before(seen_)) return {};
  auto reason = directory::barred(*now, identity.account, service);
  if (reason.empty() && now->account(identity.account)->credentials_version != identity.credentials_version)
    reason = "the password was changed";
  if (reason.empty()) seen_ = now;
  return reason;
}

}  // namespace postroad::directory
