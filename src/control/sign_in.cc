#include "control/sign_in.h"

#include <algorithm>

#include "base/network.h"
#include "base/text.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/holders.h"
#include "control/names.h"
#include "control/second_factor_rows.h"
#include "control/signing_in.h"
#include "control/token_rows.h"
#include "sasl/limits.h"
#include "sasl/token.h"

namespace postroad::control {

// Whose a token is that is good now.
struct OpenedToken {
  TokenRow token;
  std::string name;
};

namespace {

using io::Task;
using sql::Connection;

struct Candidate {
  std::string id;  // empty: nobody
  std::string password_hash;
  std::optional<SecondFactor> factor = {};
};

// Nobody where there is no such administrator, it has no role, or its domain is switched off.
Result<Candidate> find_candidate(Connection& connection, const std::string& user, const std::string& domain_name) {
  Candidate made;
  if (is_reserved_domain(domain_name)) {
    TRY(const auto company, company_by_admin_domain(connection, domain_name));
    TRY(const auto administrator, administrator_by_local(connection, company ? company->id : std::string{}, user));
    if (administrator) made = {administrator->id, administrator->password_hash};
  } else {
    TRY(const auto domain, domain_by_name(connection, domain_name));
    TRY(const auto found, user_by_local(connection, domain ? domain->id : std::string{}, user));
    TRY(const auto credential, credential_of(connection, found ? found->id : std::string{}));
    if (credential && !domain->is_disabled) made = {credential->id, credential->password_hash};
  }
  TRY(const auto roles, roles_of(connection, made.id));
  const auto by_token_only = [](const Role& role) { return find_role_kind(role.role) != nullptr && find_role_kind(role.role)->by_token_only; };
  return roles.empty() || std::ranges::any_of(roles, by_token_only) ? Candidate{} : made;
}

// What a right password is remembered under: another one, and another hash of the same one, is another key.
std::string remembered_as(const Candidate& found) { return found.id + '\0' + found.password_hash + '\0'; }

// `by`: password, token. `result`: ok, failed, code (missing or wrong), throttled.
void count(Core& core, const Caller& who, std::string_view by, std::string_view result) {
  core.machine.metrics.counter("postroad_control_sign_ins_total", "Sign-ins of administrators", {{"face", who.face}, {"by", std::string(by)}, {"result", std::string(result)}}).add();
}

std::unexpected<Error> throttled(Core& core, const Caller& who, std::chrono::seconds wait) {
  count(core, who, "password", "throttled");
  core.machine.log.warning("sign_in.throttled", {{"face", who.face}, {"name", log::Private{who.name}}, {"peer", who.peer}});
  return fail(Fault::Busy, "too many failed logins from your address: try again in " + std::to_string(wait.count()) + " seconds",
              std::string(code::kTooManyFailures));
}

std::unexpected<Error> code_refused(Core& core, const Caller& who, std::string text) {
  count(core, who, "password", "code");
  core.machine.log.warning("sign_in.code_failed", {{"face", who.face}, {"name", log::Private{who.name}}, {"peer", who.peer}});
  return fail(Fault::Refused, std::move(text), std::string(code::kSecondFactor));
}

void welcome(Core& core, const Caller& who) {
  count(core, who, who.token.empty() ? "password" : "token", "ok");
  core.machine.log.info("sign_in.ok", {{"face", who.face}, {"name", log::Private{who.name}}, {"peer", who.peer}, {"token", who.token}});
}

std::unexpected<Error> refused(Core& core, const Caller& who, std::string_view by = "password") {
  count(core, who, by, "failed");
  core.machine.log.warning("sign_in.failed", {{"face", who.face}, {"name", log::Private{who.name}}, {"peer", who.peer}});
  return fail(Fault::Refused, "unknown administrator or wrong password", std::string(code::kSignInFailed));
}

Result<std::optional<OpenedToken>> open_token(Connection& connection, const std::string& text, Time now) {
  const auto hash = sasl::secret_digest(text);
  TRY(auto token, token_by_hash(connection, hash));
  if (!token || !sasl::is_same_secret(token->hash, hash) || token->expires_at <= now) return std::nullopt;
  TRY(auto name, holder_name(connection, token->holder));
  TRY(const auto roles, roles_of(connection, token->holder));
  if (name.empty() || roles.empty()) return std::nullopt;
  return OpenedToken{std::move(*token), lower(name)};
}

constexpr std::size_t kCodeDigits = 6;

// Takes the code off a password's end, where there is one.
std::string split_code(std::string& password) {
  constexpr std::string_view kDigits = "0123456789";
  if (password.size() < kCodeDigits) return {};
  const auto at = password.size() - kCodeDigits;
  if (password.find_first_not_of(kDigits, at) != password.npos) return {};
  auto code = password.substr(at);
  password.resize(at);
  return code;
}

constexpr auto kUsedEvery = std::chrono::minutes(1);  // how exactly the last use is known
constexpr std::chrono::seconds kSignedOnFor{10'800};

}  // namespace

Task<Result<Caller>> SignIn::verify(std::string user, std::string domain, std::string password, std::string face, std::string peer, std::string code,
                                    CodeAt code_at) {
  auto& core = *core_;
  auto& signing_in = *core.signing_in;
  Caller who{.id = {}, .name = lower(user) + "@" + lower(domain), .face = std::move(face), .peer = std::move(peer)};
  if (sasl::flaw_of(who.name, password)) {
    who.name.resize(std::min(who.name.size(), sasl::kNameBytes));  // what is kept and logged is bounded
    co_return refused(core, who);
  }
  if (password.starts_with(sasl::kTokenPrefix)) {
    CO_TRY(auto opened, co_await open(std::move(password)));
    if (!opened || opened->token.kind == TokenKind::SignOn || opened->name != who.name) co_return refused(core, who, "token");
    co_return co_await admit(std::move(*opened), std::move(who));
  }
  const auto attempt = co_await signing_in.enter(network_of(who.peer), who.name);
  CO_TRY(const auto found, co_await core.readers->run(core.machine.loop, [user = lower(user), domain = lower(domain)](Connection& connection) -> Result<Candidate> {
    TRY(auto made, find_candidate(connection, user, domain));
    TRY(made.factor, second_factor_of(connection, made.id));
    return made;
  }));
  const bool is_known = !found.id.empty();
  const bool needs_code = found.factor && found.factor->is_confirmed;
  if (needs_code && code.empty() && code_at == CodeAt::PasswordsEnd) code = split_code(password);
  // First of all, or what is remembered could be guessed at without end.
  if (const auto wait = signing_in.wait(attempt); wait.count() > 0) co_return throttled(core, who, wait);
  if (!is_known || !signing_in.remembers(remembered_as(found), password)) {
    CO_TRY(const bool is_right, co_await core.verify_password(password, is_known ? found.password_hash : signing_in.nobodys_hash()));
    if (!is_right || !is_known) {
      signing_in.failed(attempt);
      co_return refused(core, who);
    }
    signing_in.remember(remembered_as(found), password);
  }
  if (needs_code) CO_TRY_OK(co_await check_code(who, found.id, std::move(code)));
  welcome(core, who);
  who.id = found.id;
  co_return who;
}

// Only who knows the password comes here: so wrong codes are counted for the administrator, and nobody else can shut it out.
Task<Result<>> SignIn::check_code(Caller who, std::string id, std::string code) {
  auto& core = *core_;
  auto& signing_in = *core.signing_in;
  if (code.empty()) co_return code_refused(core, who, "a code of your second factor is needed");
  const bool is_recovery = is_recovery_code(code);
  if (!is_recovery) {
    if (const auto wait = signing_in.code_wait(id); wait.count() > 0) co_return throttled(core, who, wait);
    // Counted before it is looked at, so that many at once count as many; a right one is never many.
    signing_in.code_tried(id);
  }
  CO_TRY(const bool is_right, co_await core.writer->run(core.machine.loop, [core = core_, id, code = std::move(code), is_recovery](Connection& connection) -> Result<bool> {
    if (is_recovery) return use_recovery_code(connection, id, code);
    TRY(const auto factor, second_factor_of(connection, id));
    if (!factor || !factor->is_confirmed) return false;
    TRY(const auto step, step_of(*factor, core->sealer, code, core->machine.loop.clock().now()));
    if (!step) return false;
    return use_step(connection, id, *step);
  }));
  if (!is_right) co_return code_refused(core, who, "the code is wrong, or was used");
  co_return Result<>{};
}

Task<Result<std::optional<OpenedToken>>> SignIn::open(std::string token) {
  using Opened = std::optional<OpenedToken>;
  if (token.size() > sasl::kTokenBytesMost) co_return Opened{};
  const auto now = core_->machine.loop.clock().now();
  co_return co_await core_->readers->run(core_->machine.loop, [token = std::move(token), now](Connection& connection) { return open_token(connection, token, now); });
}

Task<Result<Caller>> SignIn::admit(OpenedToken opened, Caller who) {
  auto& core = *core_;
  const auto now = core.machine.loop.clock().now();
  who.id = opened.token.holder;
  who.name = opened.name;
  who.token = opened.token.id;
  if (now - opened.token.used_at >= kUsedEvery)
    CO_TRY_OK(co_await core.writer->run(core.machine.loop, [id = who.token, now](Connection& connection) {
      return connection.run("UPDATE tokens SET used_at = $2 WHERE id = $1", {id, to_number(now)});
    }));
  welcome(core, who);
  co_return who;
}

Task<Result<Caller>> SignIn::verify_token(std::string token, std::string face, std::string peer) {
  Caller who{.id = {}, .name = {}, .face = std::move(face), .peer = std::move(peer)};
  CO_TRY(auto opened, co_await open(std::move(token)));
  if (!opened || opened->token.kind == TokenKind::SignOn) co_return refused(*core_, who, "token");
  co_return co_await admit(std::move(*opened), std::move(who));
}

Task<Result<SignedIn>> SignIn::verify_any_token(std::string user, std::string token, std::string face, std::string peer) {
  Caller who{.id = {}, .name = lower(user).substr(0, sasl::kNameBytes), .face = std::move(face), .peer = std::move(peer)};
  CO_TRY(auto opened, co_await open(token));
  if (!opened || (!who.name.empty() && opened->name != who.name)) co_return refused(*core_, who, "token");
  if (opened->token.kind == TokenKind::SignOn) {
    CO_TRY(auto made, co_await sign_on(std::move(token), who.face, who.peer));
    co_return SignedIn{std::move(made.caller), std::move(made.session)};
  }
  CO_TRY(auto caller, co_await admit(std::move(*opened), std::move(who)));
  co_return SignedIn{std::move(caller), std::nullopt};
}

Task<Result<SignedOn>> SignIn::sign_on(std::string token, std::string face, std::string peer) {
  auto& core = *core_;
  Caller who{.id = {}, .name = {}, .face = std::move(face), .peer = std::move(peer)};
  if (token.size() > sasl::kTokenBytesMost) co_return refused(core, who, "token");
  const auto tools = core.tools();
  const auto text = sasl::new_token(core.machine.random);
  CO_TRY(const auto made, co_await core.writer->run(core.machine.loop, [token = std::move(token), text, tools](Connection& connection) -> Result<std::optional<std::pair<OpenedToken, TokenRow>>> {
    TRY(auto opened, open_token(connection, token, tools.now));
    if (!opened || opened->token.kind != TokenKind::SignOn) return std::nullopt;
    TRY_OK(connection.run("DELETE FROM tokens WHERE id = $1", {opened->token.id}));
    auto session = opened->token;
    session.id = tools.new_id('t');
    session.kind = TokenKind::Session;
    session.hash = sasl::secret_digest(text);
    session.created_at = tools.now;
    session.expires_at = tools.now + kSignedOnFor;
    TRY_OK(insert_token(connection, session));
    return std::pair(std::move(*opened), std::move(session));
  }));
  if (!made) co_return refused(core, who, "token");
  who.id = made->second.holder;
  who.name = made->first.name;
  who.token = made->second.id;
  welcome(core, who);
  co_return SignedOn{who, {made->second.id, text, made->second.expires_at}};
}

Task<Result<std::uint64_t>> SignIn::unlock(Caller caller, std::string user, std::string domain) {
  const auto name = lower(user) + "@" + lower(domain);
  CO_TRY(const auto holder, co_await core_->write(std::move(caller), [=](Connection& connection, const Authority& authority, const Caller& who, const DraftTools& tools) -> Result<std::string> {
    const auto right = is_reserved_domain(lower(domain)) ? Right::Companies : Right::Users;
    TRY(const auto found, holder_by_name(connection, authority, lower(user), lower(domain), right));
    TRY_OK(authority.check_credentials(connection, found.id));
    TRY_OK(audit_holder(connection, who, tools.now, found, "sign_in.unlock", {}));
    return found.id;
  }));
  core_->machine.log.info("sign_in.unlocked", {{"name", log::Private{name}}});
  co_return core_->signing_in->forget_name(name, holder);
}

std::uint64_t SignIn::unlock_network(const std::string& address) { return core_->signing_in->forget_network(network_of(address)); }

}  // namespace postroad::control
