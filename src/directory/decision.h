#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "directory/draft.h"
#include "directory/rows.h"
#include "feed/change.h"

namespace postroad::directory {

// What a run of changes comes to: the next snapshot, the rows that must be written for it, and what became of each
// change. Pure: it decides, and writes nothing.
class Decision {
 public:
  // Deleted accounts, which come back by a restoration alone, and not once their mail is going.
  using Gone = std::map<std::string, rows::Gone>;
  // `gone`: as they were before; must outlive the decision. `now`: when what new accounts are to find is due; `purge_at`: when
  // the mail of those deleted now goes. `has_room`: whether the store has room for more objects.
  Decision(const Snapshot& base, std::uint32_t shards, const Gone& gone, Time now, Time purge_at, bool has_room = true)
      : draft_(base), shards_(shards), gone_(gone), now_(now), purge_at_(purge_at), has_room_(has_room) {}

  // The next change, after those so far.
  void take(const feed::Change& change);
  // Whether the rows so far are about as many as a batch of the store should hold.
  bool is_full() const { return rows_.size() >= kRows || bytes_ >= kBytes; }

  // By shard and key; nothing deletes the row.
  using Rows = std::map<std::pair<std::uint32_t, std::string>, std::optional<std::string>>;
  const Rows& rows() const { return rows_; }
  const std::vector<feed::Settled>& settled() const { return settled_; }
  // Accounts that are deleted now and were not before, or the other way round (none).
  const std::map<std::string, std::optional<rows::Gone>>& turned() const { return turned_; }
  SnapshotPtr finish() && { return std::move(draft_).finish(); }

 private:
  // One change adds at most feed::kAliasesPerAccount and a few rows (an account goes with its aliases), or feed::kChangeBytes.
  static constexpr std::size_t kRows = 900;
  static constexpr std::size_t kBytes = 2UL << 20;

  Result<> decide(const feed::Payload& payload);
  Result<> may_add(const feed::Payload& payload) const;
  Result<> put_account(const feed::PutAccount& change);
  Result<> restore_account(const feed::RestoreAccount& change);
  Result<> put_account(const feed::Account& account, const std::string& hash);
  void put_settings(const feed::PutSettings& change);
  void put_app_passwords(const feed::SetAppPasswords& change);
  std::optional<rows::Gone> gone(const std::string& account) const;
  Result<> delete_account(const feed::DeleteAccount& change);
  Result<> alter_aliases(const feed::AlterAliases& change);
  Result<> set_password(const std::string& account, const std::string& hash);
  void put_timed(std::string_view kind, Time due, const std::string& account, std::string payload);
  void put(std::string_view shard_name, std::string key, std::string value);
  void erase(std::string_view shard_name, std::string key);
  void put_domain_row(const std::string& id);
  void put_account_row(const std::string& id);

  Draft draft_;
  std::uint32_t shards_;
  const Gone& gone_;
  Time now_;
  Time purge_at_;
  bool has_room_;
  Rows rows_;
  std::size_t bytes_ = 0;
  std::vector<feed::Settled> settled_;
  std::map<std::string, std::optional<rows::Gone>> turned_;
};

}  // namespace postroad::directory
