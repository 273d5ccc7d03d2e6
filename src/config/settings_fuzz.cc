#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "config/settings.h"

using namespace postroad;

// Any text is settings or an error that names its lines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 8192) return 0;
  const auto made = config::parse({reinterpret_cast<const char*>(data), size}, "f");
  if (!made) {
    check(made.error().text.starts_with("f:"), "an error names file and line");
    return 0;
  }
  for (const auto& setting : config::table()) config::shown(setting, *made);
  return 0;
}
