#include "control/second_factors.h"

#include "base/text.h"
#include "control/core.h"
#include "control/busy.h"
#include "control/holders.h"
#include "control/names.h"
#include "control/second_factor_rows.h"
#include "control/signing_in.h"
#include "control/token_rows.h"
#include "sasl/token.h"
#include "sasl/totp.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

std::unexpected<Error> wrong_code() { return fail(Fault::Refused, "the code is wrong", std::string(code::kSecondFactor)); }

// Who asks for itself, and by what it signed in with may.
Result<Holder> oneself(Connection& connection, const Authority& authority, const Caller& caller) {
  if (caller.is_operator()) return fail(Fault::Refused, "an operator has no second factor here", std::string(code::kBadValue));
  if (!caller.token.empty()) {
    TRY(const auto token, token_by_id(connection, caller.token));
    if (!token || token->kind != TokenKind::Session) return fail(Fault::Refused, "not by a token: sign in with the password", std::string(code::kNotAllowed));
  }
  TRY(const auto name, holder_name(connection, caller.id));
  const auto at = name.find('@');
  if (at == name.npos) return fail(Fault::NotFound, "you are no administrator any more", std::string(code::kNoUser));
  return holder_by_name(connection, authority, lower(name.substr(0, at)), lower(name.substr(at + 1)), Right::See);
}

// `XXXX-XXXX-XXXX-XXXX`: 80 bits.
std::string new_recovery_code(io::Random& random) {
  const auto letters = lower(sasl::base32(random.bytes(10)));
  std::string made;
  for (std::size_t at = 0; at < letters.size(); at += 4) made += (made.empty() ? "" : "-") + letters.substr(at, 4);
  return made;
}

Result<Enrolment> enrol_row(Connection& connection, const Holder& holder, const std::string& secret, const std::string& sealed, Time now) {
  TRY(const auto there, second_factor_of(connection, holder.id));
  if (there && there->is_confirmed) return fail(Fault::Conflict, "a second factor is in force: remove it first", std::string(code::kSecondFactor));
  TRY_OK(connection.run("INSERT INTO second_factors (id, sealed, is_confirmed, last_step, created_at) VALUES ($1, $2, 0, 0, $3) "
                        "ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at", {holder.id, sealed, to_number(now)}));
  return Enrolment{sasl::base32(secret), sasl::totp_uri(secret, "Postroad", holder.name)};
}

Result<> confirm_row(Connection& connection, const Holder& holder, const sasl::Sealer& sealer, const std::string& code, const std::vector<std::string>& recovery, Time now) {
  TRY(const auto factor, second_factor_of(connection, holder.id));
  if (!factor || factor->is_confirmed) return fail(Fault::Conflict, "there is no second factor to be confirmed", std::string(code::kSecondFactor));
  TRY(const auto step, step_of(*factor, sealer, code, now));
  if (!step) return wrong_code();
  TRY_OK(connection.run("UPDATE second_factors SET is_confirmed = 1, last_step = $2 WHERE id = $1", {holder.id, *step}));
  TRY_OK(connection.run("DELETE FROM recovery_codes WHERE holder = $1", {holder.id}));
  for (const auto& one : recovery)
    TRY_OK(connection.run("INSERT INTO recovery_codes (holder, hash) VALUES ($1, $2)", {holder.id, sasl::secret_digest(plain_code(one))}));
  return {};
}

Result<> remove_rows(Connection& connection, const Caller& caller, const Holder& holder, Time now) {
  TRY(const auto rows, connection.run("DELETE FROM second_factors WHERE id = $1 RETURNING is_confirmed", {holder.id}));
  TRY_OK(connection.run("DELETE FROM recovery_codes WHERE holder = $1", {holder.id}));
  if (rows.empty()) return {};
  return audit_holder(connection, caller, now, holder, "second_factor.delete", {});
}

}  // namespace

Task<Result<Enrolment>> SecondFactors::enrol(Caller caller) {
  const auto secret = sasl::new_totp_secret(core_->machine.random);
  const auto sealed = base64(core_->sealer.seal(secret, "totp " + caller.id, core_->machine.random));
  return core_->write(std::move(caller), [=](Connection& connection, const Authority& authority, const Caller& who, const DraftTools& tools) -> Result<Enrolment> {
    TRY(const auto holder, oneself(connection, authority, who));
    return enrol_row(connection, holder, secret, sealed, tools.now);
  }, false);
}

Task<Result<std::vector<std::string>>> SecondFactors::confirm(Caller caller, std::string code) {
  std::vector<std::string> recovery(kRecoveryCodes);
  for (auto& one : recovery) one = new_recovery_code(core_->machine.random);
  return core_->write(std::move(caller), [core = core_, code = std::move(code), recovery = std::move(recovery)](
                                             Connection& connection, const Authority& authority, const Caller& who, const DraftTools& tools) -> Result<std::vector<std::string>> {
    TRY(const auto holder, oneself(connection, authority, who));
    TRY_OK(confirm_row(connection, holder, core->sealer, code, recovery, tools.now));
    TRY_OK(audit_holder(connection, who, tools.now, holder, "second_factor.put", {}));
    return recovery;
  });
}

Task<Result<>> SecondFactors::remove_own(Caller caller, std::string code) {
  // Guesses count here as they do at sign-in.
  auto& signing_in = *core_->signing_in;
  const bool is_recovery = is_recovery_code(code);
  if (const auto wait = signing_in.code_wait(caller.id); !is_recovery && wait.count() > 0) co_return busy("too many wrong codes", wait, code::kTooManyFailures);
  const auto id = caller.id;
  if (!is_recovery) signing_in.code_tried(id);
  auto made = co_await core_->write(std::move(caller), [core = core_, code = std::move(code), is_recovery](Connection& connection, const Authority& authority, const Caller& who,
                                                                                                      const DraftTools& tools) -> Result<> {
    TRY(const auto holder, oneself(connection, authority, who));
    TRY(const auto factor, second_factor_of(connection, holder.id));
    if (!factor || !factor->is_confirmed) return fail(Fault::NotFound, "there is no second factor", std::string(code::kSecondFactor));
    bool is_right = false;
    if (is_recovery) {
      TRY(is_right, use_recovery_code(connection, holder.id, code));
    } else {
      TRY(const auto step, step_of(*factor, core->sealer, code, tools.now));
      is_right = step.has_value();
    }
    if (!is_right) return wrong_code();
    return remove_rows(connection, who, holder, tools.now);
  });
  co_return made;
}

Task<Result<>> SecondFactors::remove(Caller caller, std::string user, std::string domain) {
  return core_->write(std::move(caller), [=](Connection& connection, const Authority& authority, const Caller& who, const DraftTools& tools) -> Result<> {
    const auto right = is_reserved_domain(lower(domain)) ? Right::Companies : Right::Users;
    TRY(const auto holder, holder_by_name(connection, authority, lower(user), lower(domain), right));
    if (holder.id == who.id) return fail(Fault::Refused, "one's own is removed by a code", std::string(code::kNotAllowed));
    TRY_OK(authority.check_credentials(connection, holder.id));
    return remove_rows(connection, who, holder, tools.now);
  });
}

}  // namespace postroad::control
