#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "directory/snapshot.h"
#include "feed/change.h"
#include "store/engine.h"

// How the directory lies in the store: keys and values. README.md tells what stands where, and why.
namespace postroad::directory::rows {

// The root's own row: `meta`.
inline constexpr std::string_view kMeta = "meta";
struct Meta {
  std::uint32_t shards = 0;
  std::string log;               // of the feed; empty before the first batch
  feed::Position position = 0;   // everything up to here is decided
  feed::Position confirmed = 0;  // what control knows to be settled
  std::uint64_t step = 0;        // one more with each commit of the root: names what the journal holds
  std::string content;           // a digest of that, by which two writers' same steps are told apart
};
std::string encode(const Meta& meta);
Result<Meta> decode_meta(std::string_view value);

// In the root: why a change was refused.
std::string refusal_key(feed::Position position);
inline constexpr std::string_view kRefusalPrefix = "r/";
std::string encode_refusal(const feed::Settled& settled);
Result<feed::Settled> decode_refusal(const store::Row& row);

// In the root: what is still to be written to a shard, one row for each. `value`: nothing deletes the row.
struct Entry {
  std::uint32_t shard = 0;
  std::string key;
  std::optional<std::string> value;
};
inline constexpr std::string_view kJournalPrefix = "j/";
store::Row encode(const Entry& entry);
Result<Entry> decode_entry(const store::Row& row);

// In a shard: `meta` holds the step that was last written to it.
std::string encode_step(std::uint64_t step);
Result<std::uint64_t> decode_step(std::string_view value);

// In the shards: the objects.
inline constexpr std::string_view kDomainPrefix = "d/";
inline constexpr std::string_view kAccountPrefix = "a/";
inline constexpr std::string_view kAliasPrefix = "l/";
inline constexpr std::string_view kCredentialsPrefix = "c/";
inline constexpr std::string_view kSettingsPrefix = "s/";  // of accounts, domains and companies: how mail is treated
inline constexpr std::string_view kAppPasswordsPrefix = "p/";  // of accounts: the hashes of their application passwords
inline constexpr std::string_view kGonePrefix = "g/";  // of deleted accounts whose mail is still to be purged
std::string key(std::string_view prefix, std::string_view id);
std::string alias_key(std::string_view domain, std::string_view folded_local);

std::string encode(const Domain& domain);
Result<Domain> decode_domain(std::string_view value);
std::string encode(const Account& account);
Result<Account> decode_account(std::string_view value);
std::string encode(const feed::Alias& alias);
Result<feed::Alias> decode_alias(std::string_view value);
std::string encode_credentials(std::uint64_t version, std::string_view password_hash);
Result<std::pair<std::uint64_t, std::string>> decode_credentials(std::string_view value);
std::string encode_app_passwords(const std::vector<std::string>& hashes);
Result<std::vector<std::string>> decode_app_passwords(std::string_view value);
std::string encode_settings(const feed::Settings& settings);
Result<feed::Settings> decode_settings(std::string_view value);

// In the shards, as the agenda's timed rows: what is due of an account, whose id is theirs. Written with the objects' rows, by
// the journal. In the shards, so that no flood of them fills the root: there are about as many as accounts, which are spread.
// Those of older versions' deletions lie in the root.
inline constexpr std::string_view kPurge = "account.purge";      // its payload: the account once more
inline constexpr std::string_view kWelcome = "account.welcome";  // its payload: the change that made the account

// An account that was deleted. Its mail goes at `purge_at`, unless it is restored before; `is_purging`: it is going.
struct Gone {
  Time purge_at{};  // of a row of an older version: none
  bool is_purging = false;
  std::uint64_t credentials_version = 0;  // that it had: a restored one goes on from there
};
std::string encode(const Gone& gone);
Result<Gone> decode_gone(std::string_view value);

// The shard of an object: by its id, or an alias by its key. The same for ever.
std::uint32_t shard_of(std::string_view name, std::uint32_t shards);
store::Partition shard_partition(const store::Partition& root, std::uint32_t shard);

}  // namespace postroad::directory::rows
