#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mailbox/rows/buckets.h"
#include "mailbox/rows/folder_row.h"
#include "mailbox/rows/head.h"
#include "mailbox/rows/lists.h"
#include "mailbox/table.h"
#include "statistics/journal.h"

namespace postroad::mailbox {

class ViewState;

// A folder in memory, as it is durable. Its views share it; it outlives the account's interest in it (a deleted folder,
// or one that was read anew) as long as one of them needs it.
class FolderState {
 public:
  explicit FolderState(FolderRow first) : row(std::move(first)) {}

  FolderRow row;
  Pages<Placement> pages;      // all of them where `is_whole`, else the last ones at most
  std::int64_t memory_bytes = 0;  // of the pages, about
  bool is_whole = false;
  bool is_gone = false;        // deleted: pages stay as they were
  std::vector<ViewState*> views;

  // --- only where the folder is whole ---
  // How many messages have a UID below `uid`.
  std::uint32_t rank(Uid uid) const;
  // The message with so many before it, which must be there.
  const Placement& at(std::uint32_t rank) const;
  const Placement* find(Uid uid) const;
  // Forgets what it knows of the pages' order: after they changed.
  void pages_changed() { index_.clear(); }

 private:
  struct Indexed {
    std::uint64_t key;
    std::uint32_t before;  // messages in the pages before
    const Page<Placement>* page;
  };
  const std::vector<Indexed>& index() const;
  mutable std::vector<Indexed> index_;  // of `pages`, made when first asked for
};

// What is durable of an account, as far as it is in memory.
struct Content {
  Head head;
  std::string head_row;  // as stored; empty where the account does not exist yet
  store::Version version = 0;  // of the partition: at that one the head row was so
  bool is_stale = false;       // somebody else has written since: all must be read anew
  std::vector<std::string> keywords;
  std::set<std::string> subscriptions;
  std::vector<Destroyed> destroyed;
  std::optional<statistics::HourRow> hour;  // the current one of the journal; nothing: nothing was counted yet
  std::map<FolderNumber, std::shared_ptr<FolderState>> folders;  // the dropped ones, too
  std::map<std::string, FolderNumber, std::less<>> names;        // of those that are not dropped
  Pages<EmailEntry> emails;       // some
  Pages<ThreadEntry> threads;     // some
  Pages<ShareEntry> shares;       // all where `has_shares`, else none
  bool has_shares = false;
  Pages<RecoverableEntry> recoverable;  // likewise
  bool has_recoverable = false;
  std::map<std::uint32_t, std::vector<Reference>> references;    // buckets; some
  std::map<std::uint32_t, std::vector<Acceptance>> acceptances;  // some
  std::int64_t memory_bytes = 0;  // about; without folders' pages

  std::size_t total_bytes() const;
  FolderState* find(FolderNumber number) const {
    const auto found = folders.find(number);
    return found == folders.end() || found->second->row.is_dropped ? nullptr : found->second.get();
  }
  FolderState* find(std::string_view canonical) const {
    const auto found = names.find(canonical);
    return found == names.end() ? nullptr : folders.at(found->second).get();
  }
};

}  // namespace postroad::mailbox
