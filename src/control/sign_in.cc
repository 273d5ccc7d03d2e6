#include "control/sign_in.h"

#include "base/network.h"
#include "base/text.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/names.h"
#include "control/signing_in.h"
#include "sasl/limits.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

struct Candidate {
  std::string id;  // empty: nobody
  std::string password_hash;
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
  return roles.empty() ? Candidate{} : made;
}

// What a right password is remembered under: another one, and another hash of the same one, is another key.
std::string remembered_as(const Candidate& found) { return found.id + '\0' + found.password_hash + '\0'; }

std::unexpected<Error> throttled(Core& core, const Caller& who, std::chrono::seconds wait) {
  core.machine.log.warning("sign_in.throttled", {{"face", who.face}, {"name", log::Private{who.name}}, {"peer", who.peer}});
  return fail(Fault::Busy, "too many failed logins from your address: try again in " + std::to_string(wait.count()) + " seconds",
              std::string(code::kTooManyFailures));
}

std::unexpected<Error> refused(Core& core, const Caller& who) {
  core.count_sign_in(who.face, false);
  core.machine.log.warning("sign_in.failed", {{"face", who.face}, {"name", log::Private{who.name}}, {"peer", who.peer}});
  return fail(Fault::Refused, "unknown administrator or wrong password", std::string(code::kSignInFailed));
}

}  // namespace

Task<Result<Caller>> SignIn::verify(std::string user, std::string domain, std::string password, std::string face, std::string peer) {
  auto& core = *core_;
  auto& signing_in = *core.signing_in;
  Caller who{.id = {}, .name = lower(user) + "@" + lower(domain), .face = std::move(face), .peer = std::move(peer)};
  if (sasl::flaw_of(who.name, password)) {
    who.name.resize(std::min(who.name.size(), sasl::kNameBytes));  // what is kept and logged is bounded
    co_return refused(core, who);
  }
  const auto attempt = co_await signing_in.enter(network_of(who.peer), who.name);
  CO_TRY(const auto found, co_await core.readers->run(core.machine.loop, [user = lower(user), domain = lower(domain)](Connection& connection) {
    return find_candidate(connection, user, domain);
  }));
  const bool is_known = !found.id.empty();
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
  core.count_sign_in(who.face, true);
  core.machine.log.info("sign_in.ok", {{"face", who.face}, {"name", log::Private{who.name}}, {"peer", who.peer}});
  who.id = found.id;
  co_return who;
}

}  // namespace postroad::control
