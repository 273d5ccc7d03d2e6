#include <cstdint>

#include "base/check.h"
#include "control/bulk_records.h"
#include "control/bulk_row.h"

using namespace postroad;
using namespace postroad::control;

// The first byte says how it is cut: in pieces it has the same rows as in one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] + 1U;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto lines = split_lines(text, 1, true);
  if (lines)
    for (const auto& record : lines->rows) {
      const auto row = row_of_json(record.line, record.fields[0]);
      const auto back = decode_rows(encode_rows({&row, 1}));
      check(back && back->size() == 1 && back->front().given == row.given && back->front().problem == row.problem, "a row comes back as it was");
      static_cast<void>(change_of_row(row));
    }
  const auto whole = split_csv(text, 1, true);
  std::string rest;
  std::uint64_t line = 1;
  std::size_t rows = 0;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    rest += text.substr(at, piece);
    const auto made = split_csv(rest, line, at + piece >= text.size());
    if (!made) {
      check(!whole, "what can't be read in pieces can't be read whole");
      return 0;
    }
    for (const auto& record : made->rows) {
      check(!whole || (rows < whole->rows.size() && whole->rows[rows].fields == record.fields && whole->rows[rows].line == record.line), "pieces give the same rows");
      ++rows;
    }
    rest.erase(0, made->taken);
    line = made->line;
  }
  check(!whole || rows == whole->rows.size(), "pieces give all rows");
  return 0;
}
