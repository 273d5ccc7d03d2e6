#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace postroad::mailbox {

using Uid = std::uint32_t;  // 1 to 2^32-1; 0 is none

// Both ends are in it.
struct UidRange {
  Uid first = 0;
  Uid last = 0;
  bool operator==(const UidRange&) const = default;
};

// A set of UIDs as ascending ranges with gaps between them. Small for what is dense, whatever the count.
class UidSet {
 public:
  UidSet() = default;
  UidSet(Uid first, Uid last) { add(first, last); }
  // Any order, overlaps allowed. O(1) where added in ascending order.
  void add(Uid first, Uid last);
  void add(Uid uid) { add(uid, uid); }

  bool empty() const { return ranges_.empty(); }
  std::uint64_t count() const;
  bool contains(Uid uid) const;
  Uid first() const { return ranges_.empty() ? 0 : ranges_.front().first; }
  Uid last() const { return ranges_.empty() ? 0 : ranges_.back().last; }
  std::span<const UidRange> ranges() const { return ranges_; }
  // 1:4,7
  std::string text() const;
  bool operator==(const UidSet&) const = default;

 private:
  std::vector<UidRange> ranges_;
};

}  // namespace postroad::mailbox
