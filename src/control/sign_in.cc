#include "control/sign_in.h"

#include "base/text.h"
#include "control/core.h"
#include "control/edits.h"
#include "control/errors.h"
#include "control/names.h"

namespace postroad::control {
namespace {

using io::Task;
using sql::Connection;

struct Candidate {
  std::string id;
  std::string password_hash;
};

// Nobody, with an empty hash, where there is no such administrator or it has no role.
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
    if (credential) made = {credential->id, credential->password_hash};
  }
  TRY(const auto roles, roles_of(connection, made.id));
  return roles.empty() ? Candidate{} : made;
}

std::unexpected<Error> failed() { return fail(Fault::Refused, "unknown administrator or wrong password", std::string(code::kSignInFailed)); }

}  // namespace

Task<Result<Caller>> SignIn::verify(std::string user, std::string domain, std::string password, std::string face, std::string peer) {
  auto& core = *core_;
  const auto now = core.machine.loop.clock().steady();
  const auto name = lower(user) + "@" + lower(domain);
  if (const auto wait = core.throttle.wait(peer, name, now); wait.count() > 0) {
    core.machine.log.warning("sign_in.throttled", {{"face", face}, {"name", log::Private{name}}, {"peer", peer}});
    co_return fail(Fault::Busy, "too many failed logins from your address: try again in " + std::to_string(wait.count()) + " seconds",
                   std::string(code::kTooManyFailures));
  }
  // Counted before the password is looked at, so that many attempts at once count as many.
  core.throttle.failed(peer, name, now);
  CO_TRY(const auto found, co_await core.readers->run(core.machine.loop, [user = lower(user), domain = lower(domain)](Connection& connection) {
    return find_candidate(connection, user, domain);
  }));
  CO_TRY(const bool is_right, co_await core.verify_password(std::move(password), found.id.empty() ? core.nobodys_hash : found.password_hash));
  core.machine.metrics.counter("postroad_control_sign_ins_total", "Sign-ins of administrators", {{"face", face}, {"ok", is_right && !found.id.empty() ? "true" : "false"}}).add();
  if (!is_right || found.id.empty()) {
    core.machine.log.warning("sign_in.failed", {{"face", face}, {"name", log::Private{name}}, {"peer", peer}});
    co_return failed();
  }
  core.throttle.succeeded(peer, name);
  core.machine.log.info("sign_in.ok", {{"face", face}, {"name", log::Private{name}}, {"peer", peer}});
  co_return Caller{.id = found.id, .name = name, .face = std::move(face), .peer = std::move(peer)};
}

}  // namespace postroad::control
