#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "sasl/exchange.h"

// Lines of an exchange: the first names the mechanism, the second is the initial response (`-`: none).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postroad;
  const auto lines = split({reinterpret_cast<const char*>(data), size}, '\n');
  sasl::Exchange exchange;
  auto initial = lines.size() > 1 && lines[1] != "-" ? std::optional(lines[1]) : std::nullopt;
  auto step = exchange.start(lines[0], initial);
  for (std::size_t n = 2; n < lines.size() && exchange.is_running(); ++n) step = exchange.line(lines[n]);
  if (const auto* given = std::get_if<sasl::PasswordGiven>(&step)) {
    check(!given->password.empty() && !given->authentication.empty(), "a password given is complete");
    check(!given->password.contains('\0') && is_utf8(given->password), "a password given is text");
  }
  check(exchange.is_running() == std::holds_alternative<sasl::Challenge>(step), "only challenges go on");
  return 0;
}
