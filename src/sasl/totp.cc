#include "sasl/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"
#include "sasl/token.h"

namespace postroad::sasl {
namespace {

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string made;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain) made += c;
    else made.append("%").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
  return made;
}

}  // namespace

std::string hotp_code(std::string_view secret, std::uint64_t counter, std::size_t digits) {
  unsigned char text[8];
  for (int at = 7; at >= 0; --at, counter >>= 8) text[at] = static_cast<unsigned char>(counter);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const auto* const made = HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), text, sizeof text, mac, &size);
  check(made != nullptr && size == 20, "HMAC-SHA-1 is at hand");

  // Dynamic truncation.  rfc4226 5.3
  const auto offset = mac[19] & 15U;
  auto number = (mac[offset] & 127U) << 24 | static_cast<std::uint32_t>(mac[offset + 1]) << 16 | static_cast<std::uint32_t>(mac[offset + 2]) << 8 | mac[offset + 3];
  std::string code(digits, '0');
  for (std::size_t at = digits; at > 0; --at, number /= 10) code[at - 1] = static_cast<char>('0' + number % 10);
  return code;
}

std::optional<std::int64_t> verify_totp(std::string_view secret, std::string_view code, std::chrono::seconds since_1970, std::int64_t last) {
  const auto now = since_1970 / kTotpStep;
  std::optional<std::int64_t> found;
  for (const auto step : {now - 1, now, now + 1}) {
    // All are made, so that time does not tell which one was near.
    const bool is_it = is_same_secret(hotp_code(secret, static_cast<std::uint64_t>(step)), code);
    if (is_it && step > last) found = step;
  }
  return found;
}

std::string new_totp_secret(io::Random& random) { return random.bytes(kTotpSecretBytes); }

std::string base32(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string made;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : bytes) {
    held = held << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) made += kLetters[held >> (bits - 5) & 31];
    held &= (1U << bits) - 1;
  }
  if (bits > 0) made += kLetters[held << (5 - bits) & 31];
  return made;
}

std::string totp_uri(std::string_view secret, std::string_view issuer, std::string_view name) {
  return "otpauth://totp/" + percent_encoded(issuer) + ":" + percent_encoded(name) + "?secret=" + base32(secret) + "&issuer=" + percent_encoded(issuer);
}

}  // namespace postroad::sasl
