// Rows, marks and timed rows as a damaged store may hold them: refused, never read out of bounds.
#include <cstddef>
#include <cstdint>

#include "store/agenda.h"
#include "store/format.h"
#include "store/row.h"

using namespace postroad::store;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto row = RowReader::open(text, 3, "row")) {
    for (unsigned tag = 0; tag < 8; ++tag) {
      row->number(static_cast<std::uint8_t>(tag));
      row->texts(static_cast<std::uint8_t>(tag));
    }
  }
  (void)format::decode_partition(text);
  (void)format::decode_body(text);
  const auto split = text.find('\0');
  const Row row{text.substr(0, split), split == std::string::npos ? "\x01" : text.substr(split + 1)};
  if (const auto timed = agenda::parse(row)) (void)timed->key();
  if (const auto mark = agenda::parse_mark(row)) (void)mark->key();
  if (const auto standing = agenda::parse_standing(text)) (void)standing->value();
  return 0;
}
