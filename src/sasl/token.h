#pragma once

#include <string>
#include <string_view>

#include "io/random.h"

// Secrets that are random enough not to be guessed: kept as a plain digest, found by it.
namespace postroad::sasl {

inline constexpr std::string_view kTokenPrefix = "prt_";
inline constexpr std::size_t kTokenBytesMost = 256;

// 256 bits, in hexadecimal behind the prefix.
std::string new_token(io::Random& random);
// SHA-256, hexadecimal.
std::string secret_digest(std::string_view secret);
// In time that depends on the lengths alone.
bool is_same_secret(std::string_view one, std::string_view other);

}  // namespace postroad::sasl
