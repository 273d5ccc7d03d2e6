#include <cstdint>

#include "base/check.h"
#include "migration/table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rows = postroad::migration::parse_table(text);
  if (rows) postroad::check(rows->size() <= size, "a row has a line");
  return 0;
}
