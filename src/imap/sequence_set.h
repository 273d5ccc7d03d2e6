#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace postroad::imap {

// Numbers `first` to `last`, both of them.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  bool operator==(const Range&) const = default;
};

// Of message sequence numbers or UIDs, as the client wrote it.  rfc3501 9 "sequence-set"
class SequenceSet {
 public:
  static constexpr std::uint32_t kStar = 0;  // "*": the greatest number in use

  // Either end may be kStar, and they may stand in either order.
  void add(std::uint32_t first, std::uint32_t last) { ranges_.push_back({first, last}); }
  bool empty() const { return ranges_.empty(); }
  std::size_t size() const { return ranges_.size(); }

  // Ascending, merged, with `greatest` for "*"; where greatest is 0 (an empty mailbox) "*" is nothing.
  std::vector<Range> resolve(std::uint32_t greatest) const;
  // The greatest number named other than by "*"; 0 where there is none.
  std::uint32_t greatest_named() const;

 private:
  std::vector<Range> ranges_;
};

// Whether ascending, merged `ranges` hold `number`.
bool contains(std::span<const Range> ranges, std::uint32_t number);
// Ascending numbers as merged ranges.
std::vector<Range> ranges_of(std::span<const std::uint32_t> numbers);
// As it is written: 1:4,7.
std::string set_text(std::span<const Range> ranges);

}  // namespace postroad::imap
