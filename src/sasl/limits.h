#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "sasl/password.h"

namespace postroad::sasl {

inline constexpr std::size_t kNameBytes = 320;  // 64 + @ + 255.  rfc4616 leaves it open

// What is wrong with the form of a name and password, if anything is.
inline std::optional<Error> flaw_of(std::string_view name, std::string_view password) {
  if (name.empty()) return Error{Fault::Syntax, "the name is empty", {}};
  if (name.size() > kNameBytes) return Error{Fault::Syntax, "the name is too long", {}};
  if (password.empty()) return Error{Fault::Syntax, "the password is empty", {}};
  if (password.size() > kPasswordBytes) return Error{Fault::Syntax, "the password is too long", {}};
  return std::nullopt;
}

}  // namespace postroad::sasl
