#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "io/random.h"
#include "sasl/seal.h"

// What is kept of a new password until it is hashed. A text that begins with `{TYPE}` is a hash and stays as it is; a
// password in clear is sealed, and hashed when its change's turn comes.
namespace postroad::control {

// Refused, code BAD_PASSWORD: empty, over sasl::kPasswordBytes, with a NUL, or a hash that can't be verified.
Result<std::string> keep_password(std::string_view password, const sasl::Sealer& sealer, io::Random& random);

bool is_hash(std::string_view password);  // `{TYPE}...`
bool is_sealed(std::string_view kept);
// Broken where it was sealed by another key.
Result<sasl::Secret> unseal(std::string_view kept, const sasl::Sealer& sealer);

// A password of 128 random bits. So much can't be guessed, so its hash need not be slow.
struct NewPassword {
  std::string clear;  // 22 letters and digits of base64url
  std::string hash;   // `{SHA256}...`
};
NewPassword new_password(io::Random& random);

}  // namespace postroad::control
