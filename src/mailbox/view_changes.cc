// ViewState: what has changed since the session was told.
#include <algorithm>

#include "base/mutant.h"
#include "mailbox/view_state.h"

namespace postroad::mailbox {

bool ViewState::is_told(const Placement& placement) const {
  return std::ranges::any_of(told_, [&placement](const Told& each) {
    return each.modseq == placement.modseq && each.uids.contains(placement.uid);
  });
}

// Those shown whose flags changed, by UID, until `visit` returns false.
template <class Visit>
bool ViewState::for_each_changed(Visit visit) const {
  if (folder_->is_gone || folder_->row.highest_modseq <= seen_modseq_) return true;
  for (const auto& [key, page] : folder_->pages) {
    if (page->sums.max_modseq <= seen_modseq_) continue;
    for (const auto& each : page->entries) {
      if (each.uid >= limit_) return true;
      if (each.modseq > seen_modseq_ && !is_told(each) && !visit(each)) return false;
    }
  }
  return true;
}

bool ViewState::has_changes(bool with_expunges, std::size_t keywords) const {
  if (with_expunges && (!pending_.empty() || (folder_->is_gone && !gone_told_))) return true;
  if (folder_->is_gone) return false;
  if (keywords > keywords_) return true;
  if (folder_->row.uid_next > limit_ && folder_->rank(folder_->row.uid_next) > live()) return true;
  return !for_each_changed([](const Placement&) { return false; });
}

void ViewState::told(const UidSet& uids, std::uint64_t modseq, std::size_t keywords) {
  told_.push_back({modseq, uids});
  // Where that was all there is to tell, nothing needs to be kept of it: a session that changes thousands of messages
  // one by one would look through them all with each command.
  if (folder_->is_gone || has_changes(false, keywords)) return;
  seen_modseq_ = folder_->row.highest_modseq;
  told_.clear();
}

void ViewState::take_expunged(Changes& changes) {
  // Each number is the one after those before it were taken out: only what is live counts.  rfc3501 7.4.1
  for (const auto& each : pending_) {
    changes.expunged.push_back(live_below(each.uid) + 1);
    if (POSTROAD_MUTANT(sequence_number_off)) changes.expunged.back() += static_cast<std::uint32_t>(changes.expunged.size() - 1);
    changes.vanished.add(each.uid);
  }
  pending_.clear();
  pending_.shrink_to_fit();
  changes.is_gone = folder_->is_gone;
  gone_told_ = folder_->is_gone;
}

void ViewState::take_new(Changes& changes) {
  const auto old_limit = limit_;
  const auto old_live = live();
  limit_ = folder_->row.uid_next;
  changes.has_new = live() > old_live;
  take_recent(old_limit);
}

Changes ViewState::take_changes(bool with_expunges, std::size_t keywords) {
  Changes changes;
  if (with_expunges) take_expunged(changes);
  const auto shown = limit_;
  changes.has_new_keywords = keywords > keywords_;
  keywords_ = keywords;
  if (!folder_->is_gone) {
    std::vector<Placement> flags;
    for_each_changed([&flags](const Placement& each) {
      flags.push_back(each);
      return true;
    });
    if (folder_->row.uid_next > shown) take_new(changes);
    for (const auto& each : flags) changes.flags.push_back(message(each, sequence_of(each.uid), false));
    seen_modseq_ = folder_->row.highest_modseq;
    told_.clear();
  }
  changes.exists = exists();
  changes.recent = recent();
  changes.highest_modseq = seen_modseq_;
  return changes;
}

}  // namespace postroad::mailbox
