#include "mailbox/view_state.h"

#include <algorithm>

namespace postroad::mailbox {

ViewState::ViewState(io::Loop& loop, std::shared_ptr<FolderState> folder, bool is_read_only, std::size_t keywords)
    : bell_(loop),
      folder_(std::move(folder)),
      is_read_only_(is_read_only),
      limit_(folder_->row.uid_next),
      seen_modseq_(folder_->row.highest_modseq),
      keywords_(keywords) {
  folder_->views.push_back(this);
  take_recent(1);
}

ViewState::~ViewState() { std::erase(folder_->views, this); }

void ViewState::changed(const std::vector<Placement>& expunged) {
  bool in_order = true;
  for (const auto& each : folder_->is_gone ? std::vector<Placement>{} : expunged) {
    if (each.uid >= limit_) continue;
    in_order = in_order && (pending_.empty() || pending_.back().uid < each.uid);
    pending_.push_back(each);
  }
  if (!in_order) std::ranges::sort(pending_, {}, &Placement::uid);
  if (folder_->is_gone && !gone_told_ && !folder_->pages.empty()) {
    for (const auto& [key, page] : folder_->pages)
      for (const auto& each : page->entries)
        if (each.uid < limit_) pending_.push_back(each);
    std::ranges::sort(pending_, {}, &Placement::uid);
  }
  bell_.ring();
}

std::uint32_t ViewState::pending_below(Uid uid) const {
  return static_cast<std::uint32_t>(std::ranges::lower_bound(pending_, uid, {}, &Placement::uid) - pending_.begin());
}

bool ViewState::is_recent(Uid uid) const {
  return std::ranges::any_of(recent_, [uid](const UidRange& range) { return range.first <= uid && uid <= range.last; });
}

std::uint32_t ViewState::recent() const {
  std::uint32_t count = 0;
  for (const auto& range : recent_)
    count += live_below(range.last + 1) - live_below(range.first) + pending_below(range.last + 1) - pending_below(range.first);
  return count;
}

// A message is recent in the first read-write view that shows it, and in read-only ones until then.  rfc3501 2.3.2
void ViewState::take_recent(Uid first) {
  const auto from = std::max(first, folder_->row.recent_from);
  if (from >= limit_) return;
  if (!recent_.empty() && recent_.back().last + 1 == from)
    recent_.back().last = limit_ - 1;
  else
    recent_.push_back({from, limit_ - 1});
  if (!is_read_only_) folder_->row.recent_from = limit_;
}

Message ViewState::message(const Placement& placement, std::uint32_t sequence, bool is_expunged) const {
  return {.sequence = sequence,
          .uid = placement.uid,
          .email = placement.email,
          .flags = placement.flags,
          .modseq = placement.modseq,
          .size_bytes = placement.size_bytes,
          .internal_date = placement.date,
          .is_recent = is_recent(placement.uid),
          .is_expunged = is_expunged};
}

Message ViewState::at(std::uint32_t sequence) const {
  check(sequence >= 1 && sequence <= exists(), "a sequence number is one of the view's");
  // The expunged ones that come before, or at, the place.
  std::size_t low = 0;
  for (auto high = pending_.size(); low < high;) {
    const auto middle = (low + high) / 2;
    const auto its = live_below(pending_[middle].uid) + static_cast<std::uint32_t>(middle) + 1;
    if (its == sequence) return message(pending_[middle], sequence, true);
    if (its < sequence)
      low = middle + 1;
    else
      high = middle;
  }
  return message(folder_->at(sequence - 1 - static_cast<std::uint32_t>(low)), sequence, false);
}

std::uint32_t ViewState::first_unseen() const {
  const auto unseen = std::ranges::find_if(pending_, [](const Placement& each) { return !each.has(kSeen); });
  auto uid = unseen == pending_.end() ? limit_ : unseen->uid;
  for (const auto& [key, page] : folder_->pages) {
    if (folder_->is_gone || page->entries.front().uid >= uid) break;
    if (page->sums.unseen == 0) continue;
    const auto found = std::ranges::find_if(page->entries, [](const Placement& each) { return !each.has(kSeen); });
    if (found == page->entries.end()) continue;
    uid = std::min(uid, found->uid);
    break;
  }
  return uid == limit_ ? 0 : sequence_of(uid);
}

}  // namespace postroad::mailbox
