#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "sql/value.h"

struct pg_result;

namespace postroad::sql::postgres {

// A statement's arguments as libpq wants them: binary, with their types. Refers to the arguments' texts.
class Parameters {
 public:
  explicit Parameters(std::span<const Argument> arguments);
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  int count() const { return static_cast<int>(types.size()); }
  std::vector<unsigned> types;  // of nothing: unknown, so that the server finds out
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;

 private:
  std::vector<std::array<char, 8>> numbers_;
};

// Letters for the arguments' types: a statement is prepared once for each such pattern.
std::string pattern(std::span<const Argument> arguments);

// The rows of an answer, with numbers as numbers, claims as 0 and 1, and everything else as texts.
Rows rows_of(const pg_result* answer);

}  // namespace postroad::sql::postgres
