#include "sasl/digest.h"

#include <openssl/evp.h>
#include <sodium.h>

#include "base/check.h"
#include "base/text.h"

namespace postroad::sasl {
namespace {

constexpr std::size_t kMostSalt = 64;

std::size_t size_of(Sha sha) { return sha == Sha::Md5 ? 16 : sha == Sha::One ? 20 : sha == Sha::Two256 ? 32 : 64; }

const EVP_MD* algorithm(Sha sha) {
  return sha == Sha::Md5 ? EVP_md5() : sha == Sha::One ? EVP_sha1() : sha == Sha::Two256 ? EVP_sha256() : EVP_sha512();
}

std::optional<std::string> parse_digest(Sha sha, bool is_salted, const std::string& hash) {
  if (is_salted || hash.size() != 2 * size_of(sha)) return parse_base64(hash);
  std::string made(size_of(sha), '\0');
  const bool is_hex = sodium_hex2bin(reinterpret_cast<unsigned char*>(made.data()), made.size(), hash.data(), hash.size(), nullptr, nullptr, nullptr) == 0;
  return is_hex ? std::optional(made) : parse_base64(hash);
}

}  // namespace

Result<> check_digest(Sha sha, bool is_salted, const std::string& hash) {
  const auto bytes = parse_digest(sha, is_salted, hash);
  if (!bytes) return fail(Fault::Refused, "the password hash is not base64");
  const auto size = size_of(sha);
  const bool fits = is_salted ? bytes->size() > size && bytes->size() <= size + kMostSalt : bytes->size() == size;
  if (!fits) return fail(Fault::Refused, "the password hash has not the length of its kind");
  return {};
}

std::string sha256_hash(std::string_view password) {
  std::string made(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  const int done = EVP_Digest(password.data(), password.size(), reinterpret_cast<unsigned char*>(made.data()), &size, EVP_sha256(), nullptr);
  check(done == 1, "SHA-256 is at hand");
  made.resize(size);
  return "{SHA256}" + base64(made);
}

bool verify_digest(Sha sha, bool is_salted, std::string_view password, const std::string& hash) {
  if (!check_digest(sha, is_salted, hash)) return false;
  const auto stored = *parse_digest(sha, is_salted, hash);
  const auto want = std::string_view(stored).substr(0, size_of(sha));
  const auto salted = std::string(password).append(std::string_view(stored).substr(size_of(sha)));

  std::string made(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (EVP_Digest(salted.data(), salted.size(), reinterpret_cast<unsigned char*>(made.data()), &size, algorithm(sha),
                 nullptr) != 1)
    return false;
  made.resize(size);
  return equal_secret(made, want);
}

}  // namespace postroad::sasl
