// Draft: folders.
#include <algorithm>

#include "base/mutant.h"
#include "mailbox/draft.h"

namespace postroad::mailbox {

const FolderRow* Draft::folder(FolderNumber number) const {
  if (removed_folders_.contains(number)) return nullptr;
  const auto changed = folders_.find(number);
  if (changed != folders_.end()) return changed->second.is_dropped ? nullptr : &changed->second;
  const auto* found = content_.find(number);
  return found == nullptr ? nullptr : &found->row;
}

const FolderRow* Draft::folder(std::string_view canonical_name) const {
  const auto found = names().find(canonical_name);
  return found == names().end() ? nullptr : folder(found->second);
}

FolderState& Draft::state(FolderNumber number) const {
  const auto made = new_folders_.find(number);
  return made != new_folders_.end() ? *made->second : *content_.folders.at(number);
}

FolderRow& Draft::edit(FolderNumber number) {
  ++revision_;
  auto changed = folders_.find(number);
  if (changed == folders_.end()) changed = folders_.emplace(number, content_.folders.at(number)->row).first;
  changed->second.highest_modseq = modseq();
  return changed->second;
}

FolderRow& Draft::add_folder(std::string name, Role role) {
  auto& head = edit_head();
  FolderRow row;
  row.number = head.next_folder++;
  row.id = site_.new_id('f');
  row.name = std::move(name);
  row.role = role;
  // Greater than that of any folder before, so that a name that is used again has a greater one.  rfc3501 2.3.1.1
  const auto now = static_cast<std::uint32_t>(std::clamp<std::int64_t>(site_.now_seconds(), 1, UINT32_MAX));
  row.uid_validity = head.last_uid_validity = std::max(head.last_uid_validity + 1, now);
  if (POSTROAD_MUTANT(uid_validity_reused)) row.uid_validity = 1;
  row.highest_modseq = row.created_modseq = row.vanished_from = modseq();

  auto made = std::make_shared<FolderState>(row);
  made->is_whole = true;
  new_folders_[row.number] = std::move(made);
  if (!names_) names_ = content_.names;
  (*names_)[row.name] = row.number;
  return folders_[row.number] = std::move(row);
}

void Draft::rename(FolderNumber number, std::string name) {
  auto& row = edit(number);
  if (!names_) names_ = content_.names;
  if (const auto old = names_->find(row.name); old != names_->end() && old->second == number) names_->erase(old);
  row.name = std::move(name);
  (*names_)[row.name] = number;
}

void Draft::drop_folder(FolderNumber number) {
  auto& row = edit(number);
  if (!names_) names_ = content_.names;
  names_->erase(row.name);
  row.is_dropped = true;
  row.role = Role::None;
  if (!destroyed_) destroyed_ = content_.destroyed;
  destroyed_->push_back({modseq(), row.id});
  if (destroyed_->size() > kDestroyedFolders) destroyed_->erase(destroyed_->begin());
  // Emptied at once by who drops it; where that fails, by the agenda.
  want_due(site_.now());
}

bool Draft::is_dropped(FolderNumber number) const {
  if (removed_folders_.contains(number)) return false;
  if (const auto changed = folders_.find(number); changed != folders_.end()) return changed->second.is_dropped;
  const auto found = content_.folders.find(number);
  return found != content_.folders.end() && found->second->row.is_dropped;
}

void Draft::remove_folder(FolderNumber number) {
  ++revision_;
  folders_.erase(number);
  removed_folders_.insert(number);
}

void Draft::subscribe(std::string name, bool wanted) {
  ++revision_;
  if (!subscriptions_) subscriptions_ = content_.subscriptions;
  if (wanted)
    subscriptions_->insert(std::move(name));
  else
    subscriptions_->erase(name);
}

void Draft::write_folders(store::Batch& batch) {
  for (const auto& [number, row] : folders_) batch.put.push_back({keys::folder(number), encode(row)});
  for (const auto number : removed_folders_) {
    batch.del.push_back(keys::folder(number));
    batch.del.push_back(keys::vanished(number));
    vanished_.erase(number);
  }
  if (destroyed_) batch.put.push_back({std::string(keys::kDestroyed), encode(*destroyed_)});
  for (const auto& [number, list] : vanished_) batch.put.push_back({keys::vanished(number), encode(list)});
}

}  // namespace postroad::mailbox
