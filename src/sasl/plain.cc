#include "sasl/plain.h"

#include "base/text.h"
#include "sasl/limits.h"

namespace postroad::sasl {

Step Plain::next(std::optional<std::string> message) {
  if (!message) return Challenge{};

  // rfc4616 2: three parts, UTF-8, the last two not empty, no NUL within. How long they may be is ours.
  if (!is_utf8(*message)) return Error{Fault::Syntax, "the response is not UTF-8", {}};
  const auto parts = split(*message, '\0');
  if (parts.size() != 3) return Error{Fault::Syntax, "expected authorization, name and password", {}};
  if (auto flaw = flaw_of(parts[1], parts[2])) return *flaw;
  if (parts[0].size() > kNameBytes) return Error{Fault::Syntax, "the authorization identity is too long", {}};
  return PasswordGiven{std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
}

}  // namespace postroad::sasl
