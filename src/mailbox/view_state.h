#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "io/event.h"
#include "mailbox/content.h"
#include "mailbox/view.h"

namespace postroad::mailbox {

// What a view shows: the folder's messages with a UID below `limit_`, and the expunged ones that it has not told of.
class ViewState {
 public:
  // `keywords`: how many the account has.
  ViewState(io::Loop& loop, std::shared_ptr<FolderState> folder, bool is_read_only, std::size_t keywords);
  ~ViewState();
  ViewState(const ViewState&) = delete;
  ViewState& operator=(const ViewState&) = delete;

  // The folder has changed, and those have left it.
  void changed(const std::vector<Placement>& expunged);
  io::Bell& bell() { return bell_; }
  const FolderState& folder() const { return *folder_; }
  bool is_read_only() const { return is_read_only_; }

  std::uint32_t exists() const { return live() + static_cast<std::uint32_t>(pending_.size()); }
  std::uint32_t recent() const;
  std::uint32_t first_unseen() const;
  Message at(std::uint32_t sequence) const;
  // `visit(const Message&)` for those with a UID from `first` to `last`, ascending, until it returns false.
  template <class Visit>
  bool for_each(Uid first, Uid last, Visit visit) const;

  bool has_changes(bool with_expunges, std::size_t keywords) const;
  Changes take_changes(bool with_expunges, std::size_t keywords);
  void told(const UidSet& uids, std::uint64_t modseq, std::size_t keywords);
  std::uint64_t told_modseq() const { return seen_modseq_; }
  void told_keywords(std::size_t keywords) { keywords_ = keywords; }

 private:
  struct Told {
    std::uint64_t modseq;
    UidSet uids;
  };

  // How many of the folder's messages it shows; how many of them have a lower UID.
  std::uint32_t live() const { return live_below(limit_); }
  std::uint32_t live_below(Uid uid) const { return folder_->is_gone ? 0 : folder_->rank(std::min(uid, limit_)); }
  std::uint32_t pending_below(Uid uid) const;
  std::uint32_t sequence_of(Uid uid) const { return live_below(uid) + pending_below(uid) + 1; }
  bool is_recent(Uid uid) const;
  bool is_told(const Placement& placement) const;
  Message message(const Placement& placement, std::uint32_t sequence, bool is_expunged) const;
  template <class Visit>
  bool for_each_changed(Visit visit) const;
  void take_expunged(Changes& changes);
  void take_new(Changes& changes);
  void take_recent(Uid first);

  io::Bell bell_;
  std::shared_ptr<FolderState> folder_;
  bool is_read_only_;
  Uid limit_;
  std::uint64_t seen_modseq_;
  std::size_t keywords_;
  bool gone_told_ = false;
  std::vector<Placement> pending_;  // by UID
  std::vector<Told> told_;
  std::vector<UidRange> recent_;
};

template <class Visit>
bool ViewState::for_each(Uid first, Uid last, Visit visit) const {
  auto sequence = sequence_of(first);
  auto expunged = std::ranges::lower_bound(pending_, first, {}, &Placement::uid);
  const auto visit_expunged = [&](Uid below) {
    for (; expunged != pending_.end() && expunged->uid < below && expunged->uid <= last; ++expunged)
      if (!visit(message(*expunged, sequence++, true))) return false;
    return true;
  };
  if (!folder_->is_gone) {
    for (auto page = folder_->pages.lower_bound(first); page != folder_->pages.end(); ++page) {
      for (auto at = page->second->lower(first); at != page->second->entries.end(); ++at) {
        if (at->uid > last || at->uid >= limit_) return visit_expunged(UINT32_MAX);
        if (!visit_expunged(at->uid) || !visit(message(*at, sequence++, false))) return false;
      }
    }
  }
  return visit_expunged(UINT32_MAX);
}

}  // namespace postroad::mailbox
