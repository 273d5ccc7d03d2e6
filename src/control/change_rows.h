#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/change.h"
#include "sql/database.h"

namespace postroad::control {

struct ChangeRow {
  ChangeView view;
  std::string company;
  std::string domain;
};

// A position is counted up to kPositionMost, and then is that.
inline constexpr std::uint64_t kPositionMost = 10'000;

Result<std::optional<ChangeRow>> change_by_id(sql::Connection& connection, std::string_view id);
// Positions are not counted; Broken where there is none.
Result<ChangeView> change_by_seq(sql::Connection& connection, std::int64_t seq);
// What is not settled, oldest first; positions are not counted.
Result<std::vector<ChangeView>> unsettled_changes(sql::Connection& connection, std::string_view cluster, std::uint64_t most);

}  // namespace postroad::control
