#include "directory/trie.h"

#include <sodium.h>

#include <cstring>

namespace postroad::directory {

Digest digest_of(std::string_view key) {
  Digest digest;
  static_assert(sizeof digest.words == crypto_generichash_BYTES_MIN);
  unsigned char bytes[sizeof digest.words];
  crypto_generichash(bytes, sizeof bytes, reinterpret_cast<const unsigned char*>(key.data()), key.size(), nullptr, 0);
  std::memcpy(digest.words, bytes, sizeof bytes);
  return digest;
}

}  // namespace postroad::directory
