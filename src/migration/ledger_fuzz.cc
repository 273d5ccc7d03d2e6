// Rows of the ledger: what is read is written as the same again.
#include <cstdlib>

#include "migration/ledger_rows.h"

using namespace postroad::migration;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto page = decode_page(text))
    if (*decode_page(encode(*page)) != *page) std::abort();
  if (const auto head = decode_head(text))
    if (*decode_head(encode(*head)) != *head) std::abort();
  return 0;
}
