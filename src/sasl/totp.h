#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/random.h"

// One-time passwords by the clock: six digits, steps of 30 seconds, HMAC-SHA-1, as every authenticator knows them.  rfc6238
namespace postroad::sasl {

inline constexpr std::chrono::seconds kTotpStep{30};
inline constexpr std::size_t kTotpSecretBytes = 20;  // rfc4226 4, R6

// A code of a moving factor.  rfc4226 5.3
std::string hotp_code(std::string_view secret, std::uint64_t counter, std::size_t digits = 6);

// The step that the code is of: this one, the one before or the one after (rfc6238 5.2, 6), and later than `last`; else
// nothing. A step is used once: the caller keeps it as the next `last`.
std::optional<std::int64_t> verify_totp(std::string_view secret, std::string_view code, std::chrono::seconds since_1970, std::int64_t last);

std::string new_totp_secret(io::Random& random);
// Upper case, without padding.  rfc4648 6
std::string base32(std::string_view bytes);
// For authenticators: otpauth://totp/ISSUER:NAME?secret=...
std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view name);

}  // namespace postroad::sasl
