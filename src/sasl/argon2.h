#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "sasl/password.h"

namespace postroad::sasl {

inline constexpr std::uint32_t kMostPasses = 16;
inline constexpr std::uint32_t kMostMemoryKib = 256UL << 10;

// `salt` of 16 bytes. Broken where there is not enough memory.
Result<std::string> make_argon2(std::string_view password, const HashOptions& options, const std::string& salt);
bool verify_argon2(std::string_view password, const std::string& hash);
Result<> check_argon2(const std::string& hash);

}  // namespace postroad::sasl
