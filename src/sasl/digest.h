#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

// Hashes of directories of old: a digest of the password, or of the password and a salt that stands behind the digest;
// base64.  rfc2307, and OpenLDAP's slapd
namespace postroad::sasl {

enum class Sha { One, Two256, Two512, Md5 };

// Base64; where it is not salted, in hex too, as panels write MD5.
bool verify_digest(Sha sha, bool is_salted, std::string_view password, const std::string& hash);
Result<> check_digest(Sha sha, bool is_salted, const std::string& hash);

// `{SHA256}` and the digest: for a password that is random enough not to be guessed.
std::string sha256_hash(std::string_view password);

// For a table of kinds.
template <Sha kSha>
bool verify_salted(std::string_view password, const std::string& hash) {
  return verify_digest(kSha, true, password, hash);
}
template <Sha kSha>
bool verify_plain(std::string_view password, const std::string& hash) {
  return verify_digest(kSha, false, password, hash);
}
template <Sha kSha>
Result<> check_salted(const std::string& hash) {
  return check_digest(kSha, true, hash);
}
template <Sha kSha>
Result<> check_plain(const std::string& hash) {
  return check_digest(kSha, false, hash);
}

}  // namespace postroad::sasl
