#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postroad::control {

inline constexpr std::size_t kRecordBytes = 64UL << 10;  // of one row as it is written

// A row of CSV, or a line of JSON lines (then its one field).
struct Record {
  std::uint64_t line = 0;  // where it begins in the file, from 1
  std::vector<std::string> fields;
  std::string problem;     // why it is none, in a person's words; empty: it is well-formed
};

// What of a text is whole by now.
struct Records {
  std::vector<Record> rows;  // without empty lines
  std::size_t taken = 0;     // bytes of the text; what follows is the beginning of a row
  std::uint64_t line = 0;    // where that begins
};

// CSV by rfc4180, also with bare LF; a field begins with a quote or has none. `line`: where the text begins; `is_last`:
// nothing follows, so that what is not ended ends here. Syntax where a row is longer than kRecordBytes, which is what
// becomes of a quote that is never closed, or a file ends in a quoted field.
Result<Records> split_csv(std::string_view text, std::uint64_t line, bool is_last);
// One JSON text a line, LF or CRLF. Not parsed here.
Result<Records> split_lines(std::string_view text, std::uint64_t line, bool is_last);

// A field as CSV: quoted where it has to be. What a spreadsheet would take for a formula gets an apostrophe before it.
std::string csv_field(std::string_view text);

}  // namespace postroad::control
