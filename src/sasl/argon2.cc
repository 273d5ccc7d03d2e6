#include "sasl/argon2.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <span>

#include "base/chars.h"
#include "base/scanner.h"

namespace postroad::sasl {
namespace {

// The reference implementation's text form: base64 without padding.
std::string unpadded(std::span<const unsigned char> bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
  text.pop_back();
  return text;
}

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

Result<std::string> make_argon2(std::string_view password, const HashOptions& options, const std::string& salt) {
  std::array<unsigned char, 32> key{};
  if (crypto_pwhash(key.data(), key.size(), password.data(), password.size(), raw(salt), options.passes,
                    std::size_t{options.memory_kib} << 10, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(Fault::Broken, "hashing the password: not enough memory, or options out of range");
  return fmt::format("$argon2id$v=19$m={},t={},p=1${}${}", options.memory_kib, options.passes,
                     unpadded({raw(salt), salt.size()}), unpadded(key));
}

bool verify_argon2(std::string_view password, const std::string& hash) {
  // libsodium reads the text up to a NUL, of at most crypto_pwhash_STRBYTES.
  if (hash.size() >= crypto_pwhash_STRBYTES || hash.contains('\0') || !check_argon2(hash)) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

Result<> check_argon2(const std::string& hash) {
  static constexpr CharClass kBase64 = kAlnum | CharClass("+/");
  if (hash.size() >= crypto_pwhash_STRBYTES) return fail(Fault::Refused, "the argon2id hash is too long");
  Scanner in(hash);
  in.expect("$argon2id$v=19$m=");
  in.number(kMostMemoryKib, "memory of at most 256 MiB");
  in.expect(",t=");
  in.number(kMostPasses, "at most 16 passes");
  in.expect(",p=1$");
  in.run(kBase64, 11, "salt");
  in.expect("$");
  in.run(kBase64, 22, "hash");
  in.end();
  if (in.failed()) return fail(Fault::Refused, "the argon2id hash: " + in.error().text);
  return {};
}

}  // namespace postroad::sasl
