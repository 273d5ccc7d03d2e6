#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "feed/change.h"

// A payload: what is read is written so that it reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postroad;
  const auto payload = feed::decode_payload({reinterpret_cast<const char*>(data), size});
  if (!payload) return 0;
  const auto again = feed::decode_payload(feed::encode(*payload));
  check(again.has_value() && *again == *payload, "a payload is written so that it reads the same");
  return 0;
}
