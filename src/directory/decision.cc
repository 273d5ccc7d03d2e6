#include "directory/decision.h"

#include <algorithm>

#include "base/mutant.h"
#include "directory/names.h"
#include "directory/rows.h"
#include "sasl/password.h"

namespace postroad::directory {

void Decision::take(const feed::Change& change) {
  const auto decided = decide(change.payload);
  settled_.push_back({change.position, change.id, decided.has_value(), decided ? std::string() : decided.error().text});
}

Result<> Decision::may_add(const feed::Payload& payload) const {
  const bool adds = std::holds_alternative<feed::PutDomain>(payload) || std::holds_alternative<feed::PutAccount>(payload) ||
                    std::holds_alternative<feed::PutAlias>(payload);
  if (adds && !has_room_) return fail(Fault::Refused, "the cluster's directory is full");
  return {};
}

Result<> Decision::decide(const feed::Payload& payload) {
  TRY_OK(may_add(payload));
  if (const auto* change = std::get_if<feed::PutAccount>(&payload)) return put_account(*change);
  if (const auto* change = std::get_if<feed::DeleteAccount>(&payload)) return delete_account(*change);
  if (const auto* change = std::get_if<feed::SetPassword>(&payload)) {
    TRY_OK(draft_.apply(payload));
    return set_password(change->account, change->password_hash);
  }

  // The others are decided by the draft alone.
  TRY_OK(draft_.apply(payload));
  if (const auto* domain = std::get_if<feed::PutDomain>(&payload)) {
    put_domain_row(domain->domain.id);
  } else if (const auto* deleted = std::get_if<feed::DeleteDomain>(&payload)) {
    erase(deleted->domain, rows::key(rows::kDomainPrefix, deleted->domain));
  } else if (const auto* disabled = std::get_if<feed::SetDomainDisabled>(&payload)) {
    put_domain_row(disabled->domain);
  } else if (const auto* set = std::get_if<feed::SetServices>(&payload)) {
    put_account_row(set->account);
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
  const auto& id = change.account.id;
  if (gone_.contains(id) || std::ranges::find(deleted_, id) != deleted_.end())
    return fail(Fault::Refused, "the account was deleted and its id does not come back");
  if (!change.password_hash.empty()) {
    TRY_OK(sasl::check_hash(change.password_hash));
  }
  TRY_OK(draft_.put_account(change.account));
  if (!change.password_hash.empty()) return set_password(id, change.password_hash);
  put_account_row(id);
  return {};
}

Result<> Decision::delete_account(const feed::DeleteAccount& change) {
  const auto& id = change.account;
  if (draft_.now().account(id) == nullptr) return {};
  const auto aliases = draft_.now().aliases_of(id);
  TRY_OK(draft_.delete_account(id));
  for (const auto& alias : aliases) {
    auto key = rows::alias_key(alias.domain, alias.local);
    erase(key, key);
  }
  erase(id, rows::key(rows::kAccountPrefix, id));
  erase(id, rows::key(rows::kCredentialsPrefix, id));
  put(id, rows::key(rows::kGonePrefix, id), rows::encode_gone());
  deleted_.push_back(id);
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

void Decision::put(std::string_view shard_name, std::string key, std::string value) {
  bytes_ += key.size() + value.size();
  rows_[{rows::shard_of(shard_name, shards_), std::move(key)}] = std::move(value);
}

void Decision::erase(std::string_view shard_name, std::string key) {
  bytes_ += key.size();
  rows_[{rows::shard_of(shard_name, shards_), std::move(key)}] = std::nullopt;
}

}  // namespace postroad::directory
