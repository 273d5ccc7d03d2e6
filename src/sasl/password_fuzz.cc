#include <cstddef>
#include <cstdint>
#include <string>

#include "sasl/password.h"

// A stored hash from outside: checking it never fails in any other way than by a Result, and costs nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string stored(reinterpret_cast<const char*>(data), size);
  (void)postroad::sasl::check_hash(stored);
  return 0;
}
