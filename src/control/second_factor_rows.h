#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "sasl/seal.h"
#include "sql/database.h"

namespace postroad::control {

struct SecondFactor {
  std::string holder;
  std::string sealed;  // base64; the secret is sealed for its holder
  bool is_confirmed = false;
  std::int64_t last_step = 0;
};
// In force, or yet to be confirmed.
Result<std::optional<SecondFactor>> second_factor_of(sql::Connection& connection, std::string_view holder);

// The step of a code that is right, and not used before; nothing: it is wrong. Broken where the secret can't be read.
Result<std::optional<std::int64_t>> step_of(const SecondFactor& factor, const sasl::Sealer& sealer, std::string_view code, Time now);
// Within a transaction. False where another was quicker with the same code.
Result<bool> use_step(sql::Connection& connection, std::string_view holder, std::int64_t step);
// False where it is none of those that are left.
Result<bool> use_recovery_code(sql::Connection& connection, std::string_view holder, std::string_view code);
// As recovery codes are kept: letters and digits, in lower case; people write them with hyphens and blanks.
std::string plain_code(std::string_view code);
bool is_recovery_code(std::string_view code);

}  // namespace postroad::control
