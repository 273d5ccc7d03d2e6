#include "imap/sequence_set.h"

#include <algorithm>

namespace postroad::imap {

std::vector<Range> SequenceSet::resolve(std::uint32_t greatest) const {
  std::vector<Range> sorted;
  sorted.reserve(ranges_.size());
  for (auto [first, last] : ranges_) {
    if (first == kStar) first = greatest;
    if (last == kStar) last = greatest;
    if (first == 0 || last == 0) continue;
    sorted.push_back({std::min(first, last), std::max(first, last)});
  }
  std::ranges::sort(sorted, {}, &Range::first);

  std::vector<Range> merged;
  for (const auto& range : sorted) {
    // Compared so that 4294967295 doesn't wrap.
    if (!merged.empty() && range.first - 1 <= merged.back().last)
      merged.back().last = std::max(merged.back().last, range.last);
    else
      merged.push_back(range);
  }
  return merged;
}

std::uint32_t SequenceSet::greatest_named() const {
  std::uint32_t greatest = 0;
  for (const auto& range : ranges_) greatest = std::max({greatest, range.first, range.last});
  return greatest;
}

bool contains(std::span<const Range> ranges, std::uint32_t number) {
  const auto at = std::ranges::lower_bound(ranges, number, {}, &Range::last);
  return at != ranges.end() && at->first <= number;
}

std::vector<Range> ranges_of(std::span<const std::uint32_t> numbers) {
  std::vector<Range> made;
  for (const auto number : numbers) {
    if (!made.empty() && made.back().last + 1 == number)
      made.back().last = number;
    else
      made.push_back({number, number});
  }
  return made;
}

std::string set_text(std::span<const Range> ranges) {
  std::string made;
  for (const auto& [first, last] : ranges) {
    if (!made.empty()) made += ',';
    made += std::to_string(first);
    if (last != first) made += ':' + std::to_string(last);
  }
  return made;
}

}  // namespace postroad::imap
