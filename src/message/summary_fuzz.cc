#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "message/summary.h"

// Stored bytes, damaged: they are refused, or read as something that is stored and read alike.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace postroad::message;
  const auto got = decode({reinterpret_cast<const char*>(bytes), size});
  if (!got) return 0;
  postroad::check(got->root.body.end == got->size_bytes, "offsets lie within the message");
  postroad::check(decode(encode(*got)).value() == *got, "a summary goes there and back");
  return 0;
}
