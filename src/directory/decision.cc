#include "directory/decision.h"

#include <algorithm>

#include "base/mutant.h"
#include "directory/names.h"
#include "directory/rows.h"
#include "sasl/password.h"
#include "store/agenda.h"

namespace postroad::directory {

void Decision::take(const feed::Change& change) {
  const auto* const put = std::get_if<feed::PutAccount>(&change.payload);
  const bool is_greeted = put != nullptr && put->is_welcome && put->account.type == feed::AccountType::Mailbox &&
                          draft_.now().account(put->account.id) == nullptr;
  const auto decided = decide(change.payload);
  if (is_greeted && decided) put_timed(rows::kWelcome, now_, put->account.id, change.id);
  settled_.push_back({change.position, change.id, decided.has_value(), decided ? std::string() : decided.error().text});
}

Result<> Decision::may_add(const feed::Payload& payload) const {
  const bool adds = std::holds_alternative<feed::PutDomain>(payload) || std::holds_alternative<feed::PutAccount>(payload) ||
                    std::holds_alternative<feed::PutAlias>(payload) || std::holds_alternative<feed::RestoreAccount>(payload) ||
                    std::holds_alternative<feed::PutSettings>(payload);
  const auto* const aliases = std::get_if<feed::AlterAliases>(&payload);
  if ((adds || (aliases != nullptr && !aliases->added.empty())) && !has_room_) return fail(Fault::Refused, "the cluster's directory is full");
  return {};
}

Result<> Decision::decide(const feed::Payload& payload) {
  TRY_OK(may_add(payload));
  if (const auto* change = std::get_if<feed::PutAccount>(&payload)) return put_account(*change);
  if (const auto* change = std::get_if<feed::RestoreAccount>(&payload)) return restore_account(*change);
  if (const auto* change = std::get_if<feed::DeleteAccount>(&payload)) return delete_account(*change);
  if (const auto* change = std::get_if<feed::SetPassword>(&payload)) {
    TRY_OK(draft_.apply(payload));
    return set_password(change->account, change->password_hash);
  }

  if (const auto* change = std::get_if<feed::AlterAliases>(&payload)) return alter_aliases(*change);

  // The others are decided by the draft alone.
  TRY_OK(draft_.apply(payload));
  if (const auto* domain = std::get_if<feed::PutDomain>(&payload)) {
    put_domain_row(domain->domain.id);
  } else if (const auto* deleted = std::get_if<feed::DeleteDomain>(&payload)) {
    erase(deleted->domain, rows::key(rows::kDomainPrefix, deleted->domain));
    erase(deleted->domain, rows::key(rows::kSettingsPrefix, deleted->domain));
  } else if (const auto* disabled = std::get_if<feed::SetDomainDisabled>(&payload)) {
    put_domain_row(disabled->domain);
  } else if (const auto* set = std::get_if<feed::SetServices>(&payload)) {
    put_account_row(set->account);
  } else if (const auto* settings = std::get_if<feed::PutSettings>(&payload)) {
    put_settings(*settings);
  } else if (const auto* apps = std::get_if<feed::SetAppPasswords>(&payload)) {
    put_app_passwords(*apps);
  } else if (const auto* alias = std::get_if<feed::PutAlias>(&payload)) {
    auto key = rows::alias_key(alias->alias.domain, *fold_local(alias->alias.local));
    put(key, key, rows::encode(alias->alias));
  } else if (const auto* unlink = std::get_if<feed::DeleteAlias>(&payload)) {
    auto key = rows::alias_key(unlink->domain, *fold_local(unlink->local));
    erase(key, key);
  }
  return {};
}

Result<> Decision::put_account(const feed::PutAccount& change) {
  if (gone(change.account.id)) return fail(Fault::Refused, "the account was deleted: its id comes back by a restoration alone");
  return put_account(change.account, change.password_hash);
}

Result<> Decision::put_account(const feed::Account& account, const std::string& hash) {
  if (!hash.empty()) {
    TRY_OK(sasl::check_hash(hash));
  }
  TRY_OK(draft_.put_account(account));
  if (!hash.empty()) return set_password(account.id, hash);
  put_account_row(account.id);
  return {};
}

// Nothing: it is not among the deleted ones.
std::optional<rows::Gone> Decision::gone(const std::string& account) const {
  if (const auto turned = turned_.find(account); turned != turned_.end()) return turned->second;
  if (const auto found = gone_.find(account); found != gone_.end()) return found->second;
  return std::nullopt;
}

// One that is there already is restored already.
Result<> Decision::restore_account(const feed::RestoreAccount& change) {
  const auto& id = change.account.id;
  const auto before = gone(id);
  if (!before && draft_.now().account(id) == nullptr) return fail(Fault::Refused, "the account's mail was purged, it can't be restored");
  if (before && before->is_purging) return fail(Fault::Refused, "the account's mail is being purged, it can't be restored");
  if (!before) return put_account(change.account, change.password_hash);
  if (!change.password_hash.empty()) {
    TRY_OK(sasl::check_hash(change.password_hash));
  }
  TRY_OK(draft_.restore_account(Account{change.account, before->credentials_version}));
  erase(id, rows::key(rows::kGonePrefix, id));
  turned_[id] = std::nullopt;
  return set_password(id, change.password_hash);
}

void Decision::put_settings(const feed::PutSettings& change) {
  const auto key = rows::key(rows::kSettingsPrefix, change.object);
  if (change.settings == feed::Settings{}) {
    erase(change.object, key);
  } else {
    put(change.object, key, rows::encode_settings(change.settings));
  }
}

void Decision::put_app_passwords(const feed::SetAppPasswords& change) {
  const auto key = rows::key(rows::kAppPasswordsPrefix, change.account);
  if (change.hashes.empty()) {
    erase(change.account, key);
  } else {
    put(change.account, key, rows::encode_app_passwords(change.hashes));
  }
}

Result<> Decision::delete_account(const feed::DeleteAccount& change) {
  const auto& id = change.account;
  if (draft_.now().account(id) == nullptr) return {};
  const rows::Gone gone{purge_at_, false, draft_.now().account(id)->credentials_version};
  const auto aliases = draft_.now().aliases_of(id);
  TRY_OK(draft_.delete_account(id));
  for (const auto& alias : aliases) {
    auto key = rows::alias_key(alias.domain, alias.local);
    erase(key, key);
  }
  erase(id, rows::key(rows::kAccountPrefix, id));
  erase(id, rows::key(rows::kCredentialsPrefix, id));
  erase(id, rows::key(rows::kSettingsPrefix, id));
  erase(id, rows::key(rows::kAppPasswordsPrefix, id));
  put(id, rows::key(rows::kGonePrefix, id), rows::encode(gone));
  put_timed(rows::kPurge, gone.purge_at, id, id);
  turned_[id] = gone;
  return {};
}

Result<> Decision::alter_aliases(const feed::AlterAliases& change) {
  std::vector<std::string> lost;
  for (const auto& local : change.removed)
    if (const auto folded = fold_local(local); folded && draft_.alias_at(change.domain, *folded).account == change.account) lost.push_back(*folded);
  TRY_OK(draft_.alter_aliases(change));
  for (const auto& local : lost) {
    auto key = rows::alias_key(change.domain, local);
    erase(key, key);
  }
  for (const auto& local : change.added) {
    const auto folded = *fold_local(local);
    auto key = rows::alias_key(change.domain, folded);
    put(key, key, rows::encode(feed::Alias{change.domain, local, change.account}));
  }
  return {};
}

// The account exists.
Result<> Decision::set_password(const std::string& account, const std::string& hash) {
  if (!hash.empty()) {
    TRY_OK(sasl::check_hash(hash));
  }
  const auto version = draft_.now().account(account)->credentials_version + 1;
  if (POSTROAD_MUTANT(password_not_stored) && version > 1) return {};
  TRY_OK(draft_.set_credentials_version(account, version));
  put_account_row(account);
  put(account, rows::key(rows::kCredentialsPrefix, account), rows::encode_credentials(version, hash));
  return {};
}

void Decision::put_domain_row(const std::string& id) {
  put(id, rows::key(rows::kDomainPrefix, id), rows::encode(*draft_.now().domain_by_id(id)));
}

void Decision::put_account_row(const std::string& id) {
  put(id, rows::key(rows::kAccountPrefix, id), rows::encode(*draft_.now().account(id)));
}

// In the account's own shard, and named by it: an account is new once, and what is deleted twice at one time is purged once.
void Decision::put_timed(std::string_view kind, Time due, const std::string& account, std::string payload) {
  const store::agenda::Timed timed{due, account, std::string(kind), std::move(payload)};
  put(account, timed.key(), timed.value());
}

void Decision::put(std::string_view shard_name, std::string key, std::string value) {
  bytes_ += key.size() + value.size();
  rows_[{rows::shard_of(shard_name, shards_), std::move(key)}] = std::move(value);
}

void Decision::erase(std::string_view shard_name, std::string key) {
  bytes_ += key.size();
  rows_[{rows::shard_of(shard_name, shards_), std::move(key)}] = std::nullopt;
}

}  // namespace postroad::directory
