// Draft: placements and emails.
#include <algorithm>

#include "base/mutant.h"
#include "mailbox/draft.h"

namespace postroad::mailbox {

std::uint64_t crowding(const Head& head, const Options& options) {
  const auto emails = head.used_emails + head.recoverable;
  return emails <= options.crowded ? 0 : std::min(emails - options.crowded, head.recoverable);
}

void Draft::note_crowding() {
  if (crowding(head_, site_.options) > 0) want_due(site_.now());
}

TableDraft<Placement>& Draft::table(FolderNumber number) {
  return placements_.try_emplace(number, state(number).pages).first->second;
}

Result<std::vector<Placement>> Draft::select(FolderNumber number, const UidSet& uids, FlagBits flags) {
  std::vector<Placement> selected;
  for (const auto& range : uids.ranges()) {
    table(number).for_each(range.first, range.last, [&selected, flags](const Placement& each) {
      if ((each.flags & flags) == flags) selected.push_back(each);
      return selected.size() <= kOperationMessages;
    });
    if (selected.size() > kOperationMessages)
      return fail(Fault::Refused, "more than 50000 messages at once; name fewer", "LIMIT");
  }
  return selected;
}

Uid Draft::add(FolderNumber number, Placement placement) {
  auto& row = edit(number);
  placement.uid = row.uid_next++;
  placement.modseq = modseq();
  ++row.messages;
  row.size_bytes += placement.size_bytes;
  if (!placement.has(kSeen)) ++row.unseen;
  if (placement.has(kDeleted)) ++row.deleted;
  ++edit_head().placements;
  const auto uid = placement.uid;
  table(number).insert(placement);
  return uid;
}

void Draft::set_flags(FolderNumber number, const Placement& placement, FlagBits flags) {
  auto& row = edit(number);
  auto* entry = table(number).edit(placement.uid);
  check(entry != nullptr, "a message whose flags are set is in its folder");
  if (entry->has(kSeen) != ((flags & kSeen) != 0) && !POSTROAD_MUTANT(unseen_not_counted)) row.unseen += entry->has(kSeen) ? 1 : -1;
  if (entry->has(kDeleted) != ((flags & kDeleted) != 0)) row.deleted += entry->has(kDeleted) ? -1 : 1;
  entry->flags = flags;
  if (!POSTROAD_MUTANT(modseq_kept)) entry->modseq = modseq();
}

void Draft::leave(FolderNumber number, const Placement& placement) {
  auto& row = edit(number);
  check(table(number).erase(placement.uid), "a message that leaves a folder is in it");
  --row.messages;
  row.size_bytes -= placement.size_bytes;
  if (!placement.has(kSeen)) --row.unseen;
  if (placement.has(kDeleted)) --row.deleted;
  --edit_head().placements;
  if (POSTROAD_MUTANT(uid_reused) && placement.uid + 1 == row.uid_next) --row.uid_next;
  expunged_[number].push_back(placement);
}

void Draft::remove_moved(FolderNumber number, const Placement& placement) { leave(number, placement); }

Draft::Left Draft::remove(FolderNumber number, const Placement& placement) {
  leave(number, placement);
  auto* share = shares_.edit(placement.email);
  if (share == nullptr) return Left::None;
  if (--share->count < 2) {
    shares_.erase(placement.email);
    --head_.shared;
  }
  return Left::Others;
}

void Draft::share(EmailNumber email) {
  ++revision_;
  if (POSTROAD_MUTANT(share_forgotten)) return;
  if (auto* entry = shares_.edit(email); entry != nullptr) {
    ++entry->count;
    return;
  }
  shares_.insert({email, 2});
  ++edit_head().shared;
}

EmailEntry& Draft::add_email(EmailEntry entry) {
  auto& head = edit_head();
  entry.email = head.next_email++;
  entry.created = modseq();
  head.used_bytes += entry.size_bytes;
  ++head.used_emails;
  note_crowding();
  emails_.insert(entry);
  return *emails_.edit(entry.email);
}

void Draft::to_recoverable(const Placement& placement, FolderNumber folder) {
  auto& head = edit_head();
  if (!POSTROAD_MUTANT(quota_not_given_back)) head.used_bytes -= placement.size_bytes;
  --head.used_emails;
  head.recoverable_bytes += placement.size_bytes;
  ++head.recoverable;
  recoverable_.insert({placement.email, folder, placement.uid, placement.flags, placement.size_bytes, placement.date,
                       site_.now_seconds(), modseq()});
  // Hours are close enough for days, and keep the agenda calm.
  want_due(std::chrono::ceil<std::chrono::hours>(site_.now() + site_.options.recoverable));
  note_crowding();
}

void Draft::from_recoverable(const RecoverableEntry& entry) {
  auto& head = edit_head();
  head.used_bytes += entry.size_bytes;
  ++head.used_emails;
  head.recoverable_bytes -= entry.size_bytes;
  --head.recoverable;
  recoverable_.erase(entry.email);
}

io::Task<Result<std::vector<Vanished>>> Draft::vanished(FolderNumber number) {
  if (const auto changed = vanished_.find(number); changed != vanished_.end()) co_return changed->second;
  CO_TRY(const auto row, co_await loader_.row(keys::vanished(number)));
  if (!row) co_return std::vector<Vanished>();
  co_return decode_vanished(*row);
}

io::Task<Result<>> Draft::note_vanished(FolderNumber number, UidSet uids) {
  CO_TRY(auto list, co_await vanished(number));
  list.push_back({modseq(), std::move(uids)});
  // What has no room is forgotten, oldest first; the folder's row says from where on the list is complete.
  while (encode(list).size() > kVanishedBytes) {
    edit(number).vanished_from = list.front().modseq;
    list.erase(list.begin());
  }
  vanished_[number] = std::move(list);
  co_return Result<>();
}

}  // namespace postroad::mailbox
