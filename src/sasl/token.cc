#include "sasl/token.h"

#include <sodium.h>

#include "base/text.h"

namespace postroad::sasl {

std::string new_token(io::Random& random) { return std::string(kTokenPrefix) + hex_bytes(random.bytes(32)); }

std::string secret_digest(std::string_view secret) {
  std::string made(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(made.data()), reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  return hex_bytes(made);
}

bool is_same_secret(std::string_view one, std::string_view other) {
  return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace postroad::sasl
