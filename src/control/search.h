#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postroad::control {

// What of a sorted list is asked for.
struct Range {
  std::uint64_t first = 0;    // rows left out
  std::uint64_t limit = 100;  // rows, at most kRangeMost
};
inline constexpr std::uint64_t kRangeMost = 1000;
inline constexpr std::uint64_t kFirstMost = 1'000'000;

template <class Row>
struct Sorted {
  std::vector<Row> rows;
  std::uint64_t total = 0;  // how many there are in all
};

// A pattern of ? (one character) and * (any number), as the pattern of LIKE with '\' before what is meant literally; in lower
// case. Empty: everything.
std::string like_pattern(std::string_view match);

// Whether the text matches such a pattern, without regard to case. Empty: it does.
bool is_match(std::string_view text, std::string_view match);

// A condition that a company's path begins with one of these, and the texts of its arguments, which follow `texts`. A path
// itself is left out where it is `below` that is asked for.
std::string path_condition(std::string_view column, const std::vector<std::string>& paths, bool below, std::vector<std::string>& texts);

}  // namespace postroad::control
