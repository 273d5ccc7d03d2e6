#include "sasl/seal.h"

#include <sodium.h>

#include "base/text.h"

namespace postroad::sasl {
namespace {

constexpr char kFormat = 1;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kBlock = 64;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::unexpected<Error> cannot() { return fail(Fault::Broken, "the password was sealed by another key, or is damaged"); }

}  // namespace

Secret::~Secret() { sodium_memzero(bytes_.data(), bytes_.size()); }

Secret& Secret::operator=(Secret&& other) noexcept {
  bytes_.swap(other.bytes_);
  sodium_memzero(other.bytes_.data(), other.bytes_.size());
  other.bytes_.clear();
  return *this;
}

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

Result<Sealer> Sealer::open(std::string_view key) {
  static_assert(sizeof(key_) == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  Sealer made;
  std::size_t size = 0;
  key = trim(key);
  const int failed = sodium_hex2bin(made.key_.data(), made.key_.size(), key.data(), key.size(), nullptr, &size, nullptr);
  if (failed != 0 || size != made.key_.size()) return fail(Fault::Syntax, "expected a key of 64 hexadecimal digits");
  return made;
}

std::string Sealer::new_key(io::Random& random) { return hex_bytes(random.bytes(sizeof(key_))); }

Sealer::~Sealer() { sodium_memzero(key_.data(), key_.size()); }

std::string Sealer::seal(std::string_view secret, std::string_view context, io::Random& random) const {
  std::string padded(secret);
  padded.resize((secret.size() / kBlock + 1) * kBlock);
  std::size_t size = 0;
  sodium_pad(&size, bytes(padded), secret.size(), kBlock, padded.size());
  std::string made = kFormat + random.bytes(kNonce);
  made.resize(1 + kNonce + size + kTag);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(made) + 1 + kNonce, nullptr, bytes(padded), size, bytes(context),
                                             context.size(), nullptr, bytes(made) + 1, key_.data());
  sodium_memzero(padded.data(), padded.size());
  return made;
}

Result<Secret> Sealer::unseal(std::string_view sealed, std::string_view context) const {
  if (sealed.size() < 1 + kNonce + kTag + kBlock || sealed[0] != kFormat) return cannot();
  std::string padded(sealed.size() - 1 - kNonce - kTag, '\0');
  const auto* const nonce = bytes(sealed) + 1;
  const int failed =
      crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(padded), nullptr, nullptr, nonce + kNonce, sealed.size() - 1 - kNonce,
                                                 bytes(context), context.size(), nonce, key_.data());
  std::size_t size = 0;
  if (failed != 0 || sodium_unpad(&size, bytes(padded), padded.size(), kBlock) != 0) return cannot();
  Secret made(std::string_view(padded).substr(0, size));
  sodium_memzero(padded.data(), padded.size());
  return made;
}

}  // namespace postroad::sasl
