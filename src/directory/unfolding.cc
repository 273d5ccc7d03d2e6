#include "directory/unfolding.h"

#include "base/text.h"
#include "directory/names.h"

namespace postroad::directory {
namespace {
constexpr std::string_view kPostmaster = "postmaster";
}

Resolution Unfolding::resolve(std::string_view address) {
  using Kind = Resolution::Kind;
  auto found = find(address);
  made_.kind = found.kind;
  if (found.kind != Kind::Known) return std::move(made_);

  made_.detail = std::move(found.detail);
  made_.is_catch_all = found.is_catch_all;
  add(found.account, 0);
  if (is_too_much_) {
    made_.accounts.clear();
    made_.forwards.clear();
    made_.kind = Kind::TooMany;
  } else if (made_.accounts.empty() && made_.forwards.empty()) {
    made_.kind = Kind::UnknownUser;  // a group of nobody, or of itself
  }
  return std::move(made_);
}

Unfolding::Found Unfolding::find(std::string_view address) const {
  using Kind = Resolution::Kind;
  // The only address without a domain.  rfc5321 4.5.1
  if (equal_nocase(address, kPostmaster)) {
    auto account = snapshot_.account_of(snapshot_.rules_.postmaster);
    return Found{account == nullptr ? Kind::UnknownUser : Kind::Known, std::move(account), {}, false};
  }
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) return Found{Kind::Malformed, {}, {}, false};
  const auto realm = snapshot_.realm(address.substr(at + 1));
  if (realm == nullptr) return Found{Kind::UnknownDomain, {}, {}, false};
  if (realm->domain.is_disabled) return Found{Kind::DomainDisabled, {}, {}, false};
  return find_in(*realm, address.substr(0, at));
}

Unfolding::Found Unfolding::find_in(const Realm& realm, std::string_view local) const {
  using Kind = Resolution::Kind;
  const auto folded = fold_local(local);
  if (!folded) return Found{Kind::Malformed, {}, {}, false};
  if (auto account = snapshot_.owner(realm, *folded)) return Found{Kind::Known, std::move(account), {}, false};

  // Folding may change lengths, so the cut is looked for in both.
  const char separator = snapshot_.rules_.detail_separator;
  const auto cut = separator == '\0' ? std::string::npos : folded->find(separator);
  if (cut != std::string::npos && cut > 0)
    if (auto account = snapshot_.owner(realm, folded->substr(0, cut))) {
      const auto shown = local.find(separator);
      return Found{Kind::Known, std::move(account), std::string(local.substr(shown + 1)), false};
    }

  if (*folded == kPostmaster)
    if (auto account = postmaster_of(realm)) return Found{Kind::Known, std::move(account), {}, false};
  if (auto account = snapshot_.account(realm.domain.catch_all)) return Found{Kind::Known, std::move(account), {}, true};
  return Found{Kind::UnknownUser, {}, {}, false};
}

// Every domain that takes mail has one.  rfc5321 4.5.1
AccountPtr Unfolding::postmaster_of(const Realm& realm) const {
  if (auto account = snapshot_.account(realm.domain.postmaster)) return account;
  if (!realm.domain.catch_all.empty()) return nullptr;  // which then gets it
  return snapshot_.account_of(snapshot_.rules_.postmaster);
}

void Unfolding::add(const AccountPtr& account, int depth) {
  if (is_too_much_ || !seen_.insert(account->id).second) return;
  switch (account->type) {
    case AccountType::Mailbox:
    case AccountType::FilterOnly:
      made_.accounts.push_back(account);
      return count();
    case AccountType::ForwardOnly:
    case AccountType::Group:
      if (depth == snapshot_.rules_.depth) {
        is_too_much_ = true;
        return;
      }
      for (const auto& target : account->targets) add_target(target, depth + 1);
      return;
  }
}

void Unfolding::add_target(const std::string& target, int depth) {
  using Kind = Resolution::Kind;
  if (is_too_much_) return;
  auto found = find(target);
  if (found.kind == Kind::Known) return add(found.account, depth);
  auto& list = found.kind == Kind::UnknownDomain ? made_.forwards : made_.dead;
  if (!seen_.insert(lower(target)).second) return;
  list.push_back(target);
  count();
}

void Unfolding::count() {
  if (made_.accounts.size() + made_.forwards.size() + made_.dead.size() > snapshot_.rules_.recipients)
    is_too_much_ = true;
}

}  // namespace postroad::directory
