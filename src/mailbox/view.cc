#include "mailbox/view.h"

#include <algorithm>

#include "mailbox/account_state.h"
#include "mailbox/view_state.h"

namespace postroad::mailbox {

View::View(std::shared_ptr<Account> account, std::unique_ptr<ViewState> state)
    : account_(std::move(account)), state_(std::move(state)) {
  account_->state_->site.counts.views.add(1);
}

View::~View() { account_->state_->site.counts.views.add(-1); }

FolderNumber View::folder() const { return state_->folder().row.number; }
bool View::is_read_only() const { return state_->is_read_only(); }
Folder View::status() const { return folder_of(account_->state_->content, state_->folder()); }
std::size_t View::keywords() const { return account_->keywords().size(); }
std::uint32_t View::exists() const { return state_->exists(); }
std::uint32_t View::recent() const { return state_->recent(); }
std::uint32_t View::first_unseen() const { return state_->first_unseen(); }
Uid View::greatest_uid() const { return exists() == 0 ? 0 : at(exists()).uid; }
Message View::at(std::uint32_t sequence) const { return state_->at(sequence); }
io::Bell& View::bell() { return state_->bell(); }
void View::told(const UidSet& uids, std::uint64_t modseq) { state_->told(uids, modseq, keywords()); }
std::uint64_t View::told_modseq() const { return state_->told_modseq(); }
void View::told_keywords() { state_->told_keywords(keywords()); }
bool View::has_changes(bool with_expunges) const { return state_->has_changes(with_expunges, keywords()); }
Changes View::take_changes(bool with_expunges) { return state_->take_changes(with_expunges, keywords()); }

std::optional<Message> View::find(Uid uid) const {
  std::optional<Message> found;
  state_->for_each(uid, uid, [&found](const Message& each) {
    found = each;
    return false;
  });
  return found;
}

void View::add_uids(std::uint32_t first, std::uint32_t last, UidSet& into) const {
  first = std::max(first, 1U);
  last = std::min(last, exists());
  if (first > last) return;
  state_->for_each(at(first).uid, at(last).uid, [&into](const Message& each) {
    into.add(each.uid);
    return true;
  });
}

UidSet View::known(const UidSet& uids) const {
  UidSet known;
  for (const auto& range : uids.ranges())
    state_->for_each(range.first, range.last, [&known](const Message& each) {
      known.add(each.uid);
      return true;
    });
  return known;
}

std::vector<Message> View::messages(Uid after, std::size_t limit) const {
  return messages(UidSet(1, UINT32_MAX), after, limit);
}

std::vector<Message> View::messages(const UidSet& uids, Uid after, std::size_t limit) const {
  return changed(uids, 0, after, limit);
}

std::vector<Message> View::changed(const UidSet& uids, std::uint64_t modseq, Uid after, std::size_t limit) const {
  std::vector<Message> list;
  if (limit == 0) return list;
  const auto ranges = uids.ranges();
  for (const auto& range :
       std::ranges::subrange(std::ranges::upper_bound(ranges, after, {}, &UidRange::last), ranges.end())) {
    const bool goes_on = state_->for_each(std::max(range.first, after + 1), range.last, [&](const Message& each) {
      if (each.modseq > modseq) list.push_back(each);
      return list.size() < limit;
    });
    if (!goes_on) break;
  }
  return list;
}

}  // namespace postroad::mailbox
