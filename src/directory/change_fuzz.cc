#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "directory/decision.h"
#include "directory/rows.h"

// Payloads, one a line: whatever control sends, each is decided, and the rows that come of it can be read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postroad;
  const directory::Decision::Gone gone;
  directory::Decision decision(directory::Snapshot(), 4, gone, postroad::Time{}, postroad::Time{});
  feed::Position position = 0;
  for (const auto line : split({reinterpret_cast<const char*>(data), size}, '\n')) {
    auto payload = feed::decode_payload(line);
    if (payload) decision.take({++position, "c", std::move(*payload)});
  }
  check(decision.settled().size() == position, "each change is decided");
  for (const auto& [place, row] : decision.rows()) {
    if (!row) continue;
    if (place.second.starts_with("a/")) check(directory::rows::decode_account(*row).has_value(), "an account is read");
    if (place.second.starts_with("d/")) check(directory::rows::decode_domain(*row).has_value(), "a domain is read");
    check(place.second.size() < store::kKeyBytes, "a key fits");
  }
  return 0;
}
