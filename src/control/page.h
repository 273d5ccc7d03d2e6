#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace postroad::control {

// What of a list is asked for: the first rows, or those that follow a page's `next`.
struct From {
  std::string place;          // a page's `next`; empty: the beginning
  std::uint64_t most = 1000;  // rows, at most kPageMost
};
inline constexpr std::uint64_t kPageMost = 1000;

// A piece of a list, as it stands now. What is made or deleted while somebody reads on is in it or not; all else is in it
// once.
template <class Row>
struct Page {
  std::vector<Row> rows;
  std::string next;  // empty: there is no more
};

}  // namespace postroad::control
