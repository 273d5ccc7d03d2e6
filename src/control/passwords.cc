#include "control/passwords.h"

#include "base/chars.h"
#include "base/text.h"
#include "control/errors.h"
#include "sasl/digest.h"
#include "sasl/password.h"

namespace postroad::control {
namespace {

constexpr std::string_view kSealed = "{SEALED}";
constexpr std::string_view kContext = "control: a new password";

std::unexpected<Error> refused(std::string text) { return fail(Fault::Refused, std::move(text), std::string(code::kBadPassword)); }

}  // namespace

// `{TYPE}hash`, as panels hand over what they have; a password may hold braces too, but hardly begins so.
bool is_hash(std::string_view password) {
  const auto end = password.find('}');
  constexpr auto kType = CharClass::range('A', 'Z') | CharClass::range('a', 'z') | kDigit | CharClass("-");
  return password.starts_with('{') && end != password.npos && end > 1 && kType.has_all(password.substr(1, end - 1));
}

bool is_sealed(std::string_view kept) { return kept.starts_with(kSealed); }

Result<std::string> keep_password(std::string_view password, const sasl::Sealer& sealer, io::Random& random) {
  if (is_hash(password)) {
    const auto usable = sasl::check_hash(password);  // {SEALED} is none
    if (!usable) return refused(usable.error().text);
    return std::string(password);
  }
  if (password.empty()) return refused("the password is empty");
  if (password.size() > sasl::kPasswordBytes) return refused("the password is longer than " + std::to_string(sasl::kPasswordBytes) + " bytes");
  if (password.contains('\0')) return refused("the password holds a NUL");
  return std::string(kSealed) + base64(sealer.seal(password, kContext, random));
}

Result<sasl::Secret> unseal(std::string_view kept, const sasl::Sealer& sealer) {
  const auto sealed = is_sealed(kept) ? parse_base64(kept.substr(kSealed.size())) : std::nullopt;
  if (!sealed) return fail(Fault::Broken, "a sealed password is damaged");
  return sealer.unseal(*sealed, kContext);
}

NewPassword new_password(io::Random& random) {
  auto clear = base64(random.bytes(16)).substr(0, 22);
  for (auto& c : clear) c = c == '+' ? '-' : c == '/' ? '_' : c;
  auto hash = sasl::sha256_hash(clear);
  return {std::move(clear), std::move(hash)};
}

}  // namespace postroad::control
