#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

// Hashes of crypt(5), by libxcrypt.
namespace postroad::sasl {

inline constexpr std::uint64_t kMostBcryptCost = 14;
inline constexpr std::uint64_t kMostShaRounds = 500'000;

bool verify_crypt(std::string_view password, const std::string& hash);
// bcrypt, SHA-512, SHA-256, MD5 and the traditional 13 characters.
Result<> check_crypt(const std::string& hash);

}  // namespace postroad::sasl
