#include "mailbox/content.h"

#include <algorithm>

namespace postroad::mailbox {

const std::vector<FolderState::Indexed>& FolderState::index() const {
  if (!index_.empty() || pages.empty()) return index_;
  std::uint32_t before = 0;
  index_.reserve(pages.size());
  for (const auto& [key, page] : pages) {
    index_.push_back({key, before, page.get()});
    before += static_cast<std::uint32_t>(page->entries.size());
  }
  return index_;
}

std::uint32_t FolderState::rank(Uid uid) const {
  const auto& all = index();
  const auto found = std::ranges::lower_bound(all, uid, {}, &Indexed::key);
  if (found == all.end())
    return all.empty() ? 0 : all.back().before + static_cast<std::uint32_t>(all.back().page->entries.size());
  return found->before + static_cast<std::uint32_t>(found->page->lower(uid) - found->page->entries.begin());
}

const Placement& FolderState::at(std::uint32_t rank) const {
  const auto& all = index();
  const auto next = std::ranges::upper_bound(all, rank, {}, &Indexed::before);
  check(next != all.begin(), "a message's rank is below their count");
  const auto& page = *std::prev(next);
  check(rank - page.before < page.page->entries.size(), "a message's rank is below their count");
  return page.page->entries[rank - page.before];
}

const Placement* FolderState::find(Uid uid) const {
  const auto found = pages.lower_bound(uid);
  return found == pages.end() ? nullptr : found->second->find(uid);
}

std::size_t Content::total_bytes() const {
  auto bytes = memory_bytes;
  for (const auto& [number, folder] : folders) bytes += folder->memory_bytes;
  return static_cast<std::size_t>(std::max<std::int64_t>(bytes, 0));
}

}  // namespace postroad::mailbox
