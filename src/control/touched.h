#pragma once

#include <string_view>

#include "control/table.h"

namespace postroad::control {

// A row that a change alters: what it was, and what it is now.
struct Touched {
  Image before;    // without a row: it was made
  const Table* table = nullptr;
  sql::Row after;  // empty: it was deleted

  bool was_there() const { return !before.row.empty(); }
  bool is_there() const { return !after.empty(); }
  // A column's value, which must be one of the table's.
  const sql::Value& was(std::string_view column) const;
  const sql::Value& is(std::string_view column) const;
};

}  // namespace postroad::control
