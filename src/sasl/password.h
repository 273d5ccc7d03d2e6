#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/random.h"

// How passwords are kept. Pure, and slow by intent: call these on a pool, never on a loop.
namespace postroad::sasl {

inline constexpr std::size_t kPasswordBytes = 1024;
inline constexpr std::size_t kHashTextBytes = 512;

// The cost of a new argon2id hash.  rfc9106
struct HashOptions {
  std::uint32_t passes = 2;
  std::uint32_t memory_kib = 19456;  // 8 at least
};

// `$argon2id$v=19$m=...,t=...,p=1$salt$hash`, salted from `random`. Refused: an empty or too long password, or one
// with a NUL.
Result<std::string> hash_password(std::string_view password, const HashOptions& options, io::Random& random);

// Whether the password is the one that `stored` was made of. False for a stored text of no known kind.
bool verify_password(std::string_view password, const std::string& stored);
// The same; a wrong password costs no less than verifying `costly` does, whatever kind `stored` is of, so that time does
// not tell who exists.
bool verify_evenly(std::string_view password, const std::string& stored, const std::string& costly);

// Whether it is of a kind that hash_password() does not write: to be hashed anew once the password is known.
bool is_foreign_hash(std::string_view stored);

// Checks a hash that comes from elsewhere: its kind is known, its form right, and verifying it costs no more than
// argon2.h and crypt.h allow. Refused otherwise.
// Kinds: $argon2id$ as above; {ARGON2ID}; {BCRYPT}, {BLF-CRYPT}, {SHA512-CRYPT}, {SHA256-CRYPT}, {MD5-CRYPT}, {CRYPT}
// and the bare $2a$ $2b$ $2y$ $6$ $5$ $1$ of crypt(5); {SSHA}, {SSHA256}, {SSHA512}, {SMD5}, {SHA}, {SHA256}, {SHA512},
// {MD5} (a digest in base64 or hex, or $1$), {LDAP-MD5}, {PLAIN-MD5}. A kind's name has no case.
Result<> check_hash(std::string_view stored);

}  // namespace postroad::sasl
