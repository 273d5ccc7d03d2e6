// Draft: what a commit changes in memory, once it is durable.
#include <algorithm>

#include "mailbox/draft.h"
#include "mailbox/view_state.h"

namespace postroad::mailbox {
namespace {

// Gives by how much their memory grew.
template <class Buckets>
std::int64_t install_buckets(Buckets& changed, Buckets& into) {
  std::int64_t grown = 0;
  for (auto& [bucket, entries] : changed) {
    const auto [at, is_new] = into.try_emplace(bucket);
    if (!is_new) grown -= bucket_memory(at->second);
    at->second = std::move(entries);
    grown += bucket_memory(at->second);
  }
  return grown;
}

}  // namespace

void Draft::install_folder(FolderNumber number, FolderRow row) {
  auto& state = content_.folders[number];
  if (state == nullptr) state = new_folders_.at(number);
  // Views move this one on meanwhile.
  row.recent_from = std::max(row.recent_from, state->row.recent_from);
  const bool was_dropped = state->row.is_dropped;
  if (row.is_dropped && !was_dropped) {
    // The views keep the folder as it was.
    const auto gone = std::exchange(state, std::make_shared<FolderState>(row));
    gone->is_gone = true;
    for (auto* view : gone->views) view->changed({});
    return;
  }
  state->row = std::move(row);
}

void Draft::install_placements() {
  for (auto& [number, table] : placements_) {
    const auto found = content_.folders.find(number);
    if (found == content_.folders.end()) continue;
    auto& state = *found->second;
    if (!table.is_changed()) continue;
    state.memory_bytes += table.install(state.pages);
    state.pages_changed();
  }
}

void Draft::install() {
  content_.head = head_;
  content_.head_row = std::move(head_row_);
  for (const auto number : removed_folders_) content_.folders.erase(number);
  for (auto& [number, row] : folders_) install_folder(number, row);
  install_placements();
  content_.memory_bytes += emails_.install(content_.emails);
  content_.memory_bytes += threads_.install(content_.threads);
  content_.memory_bytes += shares_.install(content_.shares);
  content_.memory_bytes += recoverable_.install(content_.recoverable);
  content_.memory_bytes += install_buckets(references_, content_.references);
  content_.memory_bytes += install_buckets(acceptances_, content_.acceptances);
  if (names_) content_.names = std::move(*names_);
  if (keywords_) content_.keywords = std::move(*keywords_);
  if (subscriptions_) content_.subscriptions = std::move(*subscriptions_);
  if (destroyed_) content_.destroyed = std::move(*destroyed_);
  if (hour_) content_.hour = std::move(hour_);

  for (const auto& [number, row] : folders_) {
    const auto found = content_.folders.find(number);
    if (found == content_.folders.end()) continue;
    for (auto* view : found->second->views) view->changed(expunged_[number]);
  }
}

}  // namespace postroad::mailbox
