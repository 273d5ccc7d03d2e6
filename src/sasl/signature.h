#pragma once

#include <string>
#include <string_view>

namespace postroad::sasl {

// The signature of a text under a secret: 64 hexadecimal digits (HMAC-SHA512-256). For what is handed out and must come
// back unaltered, as an address that is good for a while.
std::string sign(std::string_view secret, std::string_view text);
// Takes the same time, whatever the signature.
bool is_signed(std::string_view secret, std::string_view text, std::string_view signature);

}  // namespace postroad::sasl
