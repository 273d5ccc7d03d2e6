#include "sasl/signature.h"

#include <sodium.h>

#include <array>

namespace postroad::sasl {

std::string sign(std::string_view secret, std::string_view text) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  // The key has a fixed length: it is the secret's hash.
  std::array<unsigned char, crypto_auth_KEYBYTES> key{};
  crypto_generichash(key.data(), key.size(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nullptr, 0);
  std::array<unsigned char, crypto_auth_BYTES> made{};
  crypto_auth(made.data(), bytes, text.size(), key.data());
  std::string digits(2 * made.size() + 1, '\0');
  sodium_bin2hex(digits.data(), digits.size(), made.data(), made.size());
  digits.pop_back();
  return digits;
}

bool is_signed(std::string_view secret, std::string_view text, std::string_view signature) {
  const auto right = sign(secret, text);
  return signature.size() == right.size() && sodium_memcmp(signature.data(), right.data(), right.size()) == 0;
}

}  // namespace postroad::sasl
