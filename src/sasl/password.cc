#include "sasl/password.h"

#include <sodium.h>

#include <string>

#include "base/text.h"
#include "sasl/argon2.h"
#include "sasl/crypt.h"
#include "sasl/digest.h"

namespace postroad::sasl {
namespace {

using Verify = bool (*)(std::string_view password, const std::string& hash);
using Check = Result<> (*)(const std::string& hash);

// Some call `{MD5}` what crypt(5) makes, others a digest.
constexpr std::size_t kMd5 = 5;
bool verify_md5_crypt(std::string_view password, const std::string& hash) { return verify_crypt(password, hash.substr(kMd5)); }
Result<> check_md5_crypt(const std::string& hash) { return check_crypt(hash.substr(kMd5)); }

// How a stored hash says what it is: its start. `strip` bytes of that are not part of the hash itself.
struct Kind {
  std::string_view start;
  bool strips_start;
  Verify verify;
  Check check;
};
constexpr Kind kKinds[] = {
    {"$argon2id$", false, verify_argon2, check_argon2},
    {"{ARGON2ID}", true, verify_argon2, check_argon2},
    {"{BCRYPT}", true, verify_crypt, check_crypt},
    {"{BLF-CRYPT}", true, verify_crypt, check_crypt},
    {"{SHA512-CRYPT}", true, verify_crypt, check_crypt},
    {"{SHA256-CRYPT}", true, verify_crypt, check_crypt},
    {"{MD5-CRYPT}", true, verify_crypt, check_crypt},
    {"{CRYPT}", true, verify_crypt, check_crypt},
    {"$2a$", false, verify_crypt, check_crypt},
    {"$2b$", false, verify_crypt, check_crypt},
    {"$2y$", false, verify_crypt, check_crypt},
    {"$6$", false, verify_crypt, check_crypt},
    {"$5$", false, verify_crypt, check_crypt},
    {"$1$", false, verify_crypt, check_crypt},
    {"{SSHA}", true, verify_salted<Sha::One>, check_salted<Sha::One>},
    {"{SSHA256}", true, verify_salted<Sha::Two256>, check_salted<Sha::Two256>},
    {"{SSHA512}", true, verify_salted<Sha::Two512>, check_salted<Sha::Two512>},
    {"{SHA}", true, verify_plain<Sha::One>, check_plain<Sha::One>},
    {"{SHA256}", true, verify_plain<Sha::Two256>, check_plain<Sha::Two256>},
    {"{SHA512}", true, verify_plain<Sha::Two512>, check_plain<Sha::Two512>},
    {"{SMD5}", true, verify_salted<Sha::Md5>, check_salted<Sha::Md5>},
    {"{MD5}$1$", false, verify_md5_crypt, check_md5_crypt},
    {"{MD5}", true, verify_plain<Sha::Md5>, check_plain<Sha::Md5>},
    {"{LDAP-MD5}", true, verify_plain<Sha::Md5>, check_plain<Sha::Md5>},
    {"{PLAIN-MD5}", true, verify_plain<Sha::Md5>, check_plain<Sha::Md5>},
};

const Kind* kind_of(std::string_view stored) {
  for (const auto& kind : kKinds)
    if (starts_nocase(stored, kind.start)) return &kind;
  return nullptr;
}

std::string hash_of(const Kind& kind, std::string_view stored) {
  return std::string(kind.strips_start ? stored.substr(kind.start.size()) : stored);
}

}  // namespace

Result<std::string> hash_password(std::string_view password, const HashOptions& options, io::Random& random) {
  if (password.empty()) return fail(Fault::Refused, "the password is empty");
  if (password.size() > kPasswordBytes) return fail(Fault::Refused, "the password is longer than 1024 bytes");
  if (password.contains('\0')) return fail(Fault::Refused, "the password holds a NUL");
  return make_argon2(password, options, random.bytes(crypto_pwhash_SALTBYTES));
}

bool verify_password(std::string_view password, const std::string& stored) {
  // A crypt() would take a password up to its first NUL for the whole.
  if (password.empty() || password.size() > kPasswordBytes || password.contains('\0')) return false;
  const auto* kind = kind_of(stored);
  return kind != nullptr && kind->verify(password, hash_of(*kind, stored));
}

bool verify_evenly(std::string_view password, const std::string& stored, const std::string& costly) {
  if (verify_password(password, stored)) return true;
  if (!stored.starts_with("$argon2id$")) static_cast<void>(verify_password(password, costly));
  return false;
}

Result<> check_hash(std::string_view stored) {
  if (stored.size() > kHashTextBytes) return fail(Fault::Refused, "the password hash is too long");
  const auto* kind = kind_of(stored);
  if (kind == nullptr) return fail(Fault::Refused, "the password hash is of no kind known here");
  return kind->check(hash_of(*kind, stored));
}

bool is_foreign_hash(std::string_view stored) { return !stored.starts_with("$argon2id$"); }

}  // namespace postroad::sasl
