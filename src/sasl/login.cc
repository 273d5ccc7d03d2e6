#include "sasl/login.h"

#include <utility>

#include "base/text.h"
#include "sasl/limits.h"

namespace postroad::sasl {

Step Login::next(std::optional<std::string> message) {
  if (!message) return Challenge{"Username:"};
  // The draft leaves the charset open; names and passwords are UTF-8 here, and a NUL has no place in them.
  if (!is_utf8(*message) || message->contains('\0')) return Error{Fault::Syntax, "the response is not UTF-8 text", {}};
  if (!name_) {
    if (message->size() > kNameBytes) return Error{Fault::Syntax, "the name is too long", {}};
    name_ = std::move(*message);
    return Challenge{"Password:"};
  }
  if (auto flaw = flaw_of(*name_, *message)) return *flaw;
  return PasswordGiven{{}, std::move(*name_), std::move(*message)};
}

}  // namespace postroad::sasl
