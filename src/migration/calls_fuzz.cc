#include <cstdint>

#include "base/check.h"
#include "migration/calls.h"

using namespace postroad;
using namespace postroad::migration;

// What the seam's readers take, they write so that it is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto read = additions_of(text)) check(additions_of(to_json(*read)).has_value(), "additions are read again");
  if (const auto read = added_of(text)) check(added_of(to_json(*read)).has_value(), "what was added is read again");
  if (const auto read = list_request_of(text)) check(list_request_of(to_json(*read)) == *read, "a request is read again");
  if (const auto read = list_page_of(text)) check(list_page_of(to_json(*read)).has_value(), "a page is read again");
  if (const auto read = id_of(text)) check(id_of(id_to_json(*read)) == *read, "an id is read again");
  (void)trace_of(text);
  return 0;
}
