#include "sql/postgres/rows.h"

#include <libpq-fe.h>

#include <charconv>

#include "base/check.h"

namespace postroad::sql::postgres {
namespace {

// Of the server's pg_type; they never change.
enum Type : Oid { kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kOid = 26, kNumeric = 1700 };

std::array<char, 8> big_endian(std::int64_t number) {
  std::array<char, 8> bytes{};
  auto rest = static_cast<std::uint64_t>(number);
  for (auto at = bytes.rbegin(); at != bytes.rend(); ++at, rest >>= 8) *at = static_cast<char>(rest & 0xff);
  return bytes;
}

Value value_of(const PGresult* answer, int row, int column) {
  if (PQgetisnull(answer, row, column) != 0) return {};
  const std::string_view text(PQgetvalue(answer, row, column), static_cast<std::size_t>(PQgetlength(answer, row, column)));
  switch (PQftype(answer, column)) {
    case kBool: return text == "t" ? 1 : 0;
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
    case kNumeric: {  // numeric: the sum of whole numbers is one
      std::int64_t number = 0;
      const auto read = std::from_chars(text.begin(), text.end(), number);
      check(read.ec == std::errc{} && read.ptr == text.end(), "a number is whole, and fits");
      return number;
    }
    default: return std::string(text);
  }
}

}  // namespace

Parameters::Parameters(std::span<const Argument> arguments) {
  numbers_.reserve(arguments.size());  // `values` points into it
  for (const auto& argument : arguments) {
    if (const auto* number = argument.number()) {
      numbers_.push_back(big_endian(*number));
      types.push_back(kInt8);
      values.push_back(numbers_.back().data());
      lengths.push_back(8);
    } else if (const auto* text = argument.text()) {
      types.push_back(kText);
      values.push_back(text->empty() ? "" : text->data());
      lengths.push_back(static_cast<int>(text->size()));
    } else {
      types.push_back(0);
      values.push_back(nullptr);
      lengths.push_back(0);
    }
  }
  formats.assign(types.size(), 1);
}

std::string pattern(std::span<const Argument> arguments) {
  std::string made;
  for (const auto& argument : arguments) made += argument.is_null() ? '0' : argument.number() != nullptr ? 'n' : 't';
  return made;
}

Rows rows_of(const pg_result* answer) {
  const int columns = PQnfields(answer);
  Rows rows(static_cast<std::size_t>(PQntuples(answer)));
  for (std::size_t at = 0; at < rows.size(); ++at) {
    rows[at].reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) rows[at].push_back(value_of(answer, static_cast<int>(at), column));
  }
  return rows;
}

}  // namespace postroad::sql::postgres
