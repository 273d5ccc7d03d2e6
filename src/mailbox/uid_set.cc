#include "mailbox/uid_set.h"

#include <algorithm>

namespace postroad::mailbox {

void UidSet::add(Uid first, Uid last) {
  if (first == 0) first = 1;
  if (last < first) return;
  if (ranges_.empty() || ranges_.back().last < first - 1) {
    ranges_.push_back({first, last});
    return;
  }
  // The first range that ends at or right before `first`, and those that begin within or right behind the new one.
  const auto from = std::ranges::lower_bound(ranges_, first - 1, {}, &UidRange::last);
  auto to = from;
  while (to != ranges_.end() && (last == UINT32_MAX || to->first <= last + 1)) {
    first = std::min(first, to->first);
    last = std::max(last, to->last);
    ++to;
  }
  ranges_.insert(ranges_.erase(from, to), {first, last});
}

std::uint64_t UidSet::count() const {
  std::uint64_t count = 0;
  for (const auto& range : ranges_) count += std::uint64_t{range.last} - range.first + 1;
  return count;
}

bool UidSet::contains(Uid uid) const {
  const auto found = std::ranges::lower_bound(ranges_, uid, {}, &UidRange::last);
  return found != ranges_.end() && found->first <= uid;
}

std::string UidSet::text() const {
  std::string text;
  for (const auto& range : ranges_) {
    if (!text.empty()) text += ',';
    text += std::to_string(range.first);
    if (range.last != range.first) text += ':' + std::to_string(range.last);
  }
  return text;
}

}  // namespace postroad::mailbox
