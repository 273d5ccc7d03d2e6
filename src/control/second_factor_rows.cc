#include "control/second_factor_rows.h"

#include "base/chars.h"
#include "base/text.h"
#include "control/rows.h"
#include "sasl/token.h"
#include "sasl/totp.h"

namespace postroad::control {

constexpr std::size_t kRecoverySize = 16;  // of 5 bits each
constexpr std::size_t kCodeMost = 64;

Result<std::optional<SecondFactor>> second_factor_of(sql::Connection& connection, std::string_view holder) {
  TRY(const auto rows, connection.run("SELECT id, sealed, is_confirmed, last_step FROM second_factors WHERE id = $1", {holder}));
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return SecondFactor{row[0].text(), row[1].text(), row[2].number() != 0, row[3].number()};
}

Result<std::optional<std::int64_t>> step_of(const SecondFactor& factor, const sasl::Sealer& sealer, std::string_view code, Time now) {
  const auto bytes = parse_base64(factor.sealed);
  if (!bytes) return fail(Fault::Broken, "the second factor is damaged");
  TRY(const auto secret, sealer.unseal(*bytes, "totp " + factor.holder));
  return sasl::verify_totp(secret.text(), plain_code(code), std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()), factor.last_step);
}

Result<bool> use_step(sql::Connection& connection, std::string_view holder, std::int64_t step) {
  TRY(const auto rows, connection.run("UPDATE second_factors SET last_step = $2 WHERE id = $1 AND last_step < $2 RETURNING id", {holder, step}));
  return !rows.empty();
}

Result<bool> use_recovery_code(sql::Connection& connection, std::string_view holder, std::string_view code) {
  TRY(const auto rows, connection.run("DELETE FROM recovery_codes WHERE holder = $1 AND hash = $2 RETURNING holder", {holder, sasl::secret_digest(plain_code(code))}));
  return !rows.empty();
}

std::string plain_code(std::string_view code) {
  std::string made;
  for (const char c : code.substr(0, kCodeMost))
    if (c != '-' && c != ' ') made += c;
  return lower(made);
}

bool is_recovery_code(std::string_view code) { return plain_code(code).size() == kRecoverySize; }

}  // namespace postroad::control
