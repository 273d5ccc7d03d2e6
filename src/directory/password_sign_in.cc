#include "directory/password_sign_in.h"

#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "directory/names.h"
#include "base/network.h"
#include "sasl/remembered.h"
#include "sasl/throttle.h"

namespace postroad::directory {

using io::Task;

namespace {

// Reading it costs what reading a known account's credentials costs.
const std::string kNobody = "a" + std::string(kIdSize - 1, '2');

std::string hash_of_nothing(const SignInOptions& options, io::Random& random) {
  auto hash = sasl::hash_password("nobody's password", options.hash, random);
  check(hash.has_value(), "the options of password hashes are in range");
  return std::move(*hash);
}

// Whether there is anything to sign in to.
bool has_sign_in(const AccountPtr& account) {
  return account != nullptr && account->credentials_version != 0 &&
         (account->type == AccountType::Mailbox || account->type == AccountType::FilterOnly);
}

// What failures are counted under: one name, whichever of its addresses was typed.
std::string throttle_name(const AccountPtr& account, const std::string& address) {
  if (account != nullptr) return account->id;
  const auto folded = fold_address(address);
  return folded ? folded->local + "@" + folded->domain : "?";
}

std::string first_of(const std::string& own, const std::string& inherited, std::string_view otherwise) {
  return !own.empty() ? own : !inherited.empty() ? inherited : std::string(otherwise);
}

metrics::Counter& counter(metrics::Registry& registry, std::string_view result) {
  return registry.counter("postroad_directory_sign_ins_total", "Sign-ins by what came of them.",
                          {{"result", std::string(result)}});
}

}  // namespace

struct PasswordSignIn::State {
  State(Directory& d, io::Pool& p, io::Random& r, log::Log& l, metrics::Registry& m, SignInOptions o)
      : directory(d), pool(p), random(r), log(l), options(o), remembered(o.remembered, o.remember, r),
        addresses(o.failures_per_address, o.failure_window, o.throttled),
        pairs(o.failures_per_pair, o.failure_window, o.throttled),
        peers(o.failures_per_peer, o.failure_window, o.throttled), nobodys_hash(hash_of_nothing(o, r)),
        accepted(counter(m, "accepted")), remembered_count(counter(m, "remembered")), refused(counter(m, "refused")),
        not_allowed(counter(m, "not_allowed")), throttled(counter(m, "throttled")), busy(counter(m, "busy")),
        rehashed(m.counter("postroad_directory_rehashed_total", "Imported password hashes that were replaced by ours.")) {}

  Directory& directory;
  io::Pool& pool;
  io::Random& random;
  log::Log& log;
  const SignInOptions options;
  sasl::Remembered remembered;
  sasl::Throttle addresses;
  sasl::Throttle pairs;  // of network and address
  sasl::Throttle peers;
  const std::string nobodys_hash;
  metrics::Counter& accepted;
  metrics::Counter& remembered_count;
  metrics::Counter& refused;
  metrics::Counter& not_allowed;
  metrics::Counter& throttled;
  metrics::Counter& busy;
  metrics::Counter& rehashed;
};

// What one verify() knows.
struct PasswordSignIn::Attempt {
  std::string address;
  std::string password;
  Service service;
  io::Endpoint peer;
  AccountPtr account;  // whose address it is, or null
  std::string throttle_name;
  std::string network;
  std::string pair() const { return network + " " + throttle_name; }
};

// An account's id has a fixed length, and a network holds no NUL.
std::string PasswordSignIn::remembered_as(const Attempt& attempt) { return attempt.account->id + attempt.network + '\0'; }

PasswordSignIn::PasswordSignIn(Directory& directory, io::Pool& pool, io::Random& random, log::Log& log,
                               metrics::Registry& metrics, SignInOptions options)
    : state_(std::make_unique<State>(directory, pool, random, log, metrics, options)) {}

PasswordSignIn::~PasswordSignIn() = default;

Task<Result<Identity>> PasswordSignIn::verify(io::Loop& loop, std::string address, std::string password,
                                              Service service, io::Endpoint peer) {
  auto& state = *state_;
  const auto account = state.directory.view(loop).now()->account_of(address);
  const auto now = loop.clock().steady();
  auto name = throttle_name(account, address);
  const auto network = network_of(peer.address);
  const Attempt attempt{std::move(address), std::move(password), service, std::move(peer), account, std::move(name), network};
  // Only where it came from, and not for one who guesses there: what is remembered is looked at without a hash.
  if (has_sign_in(account) && !(is_throttled(attempt.peer.address) && state.pairs.is_over(attempt.pair(), now)) &&
      state.remembered.has(remembered_as(attempt), account->credentials_version, attempt.password, now)) {
    state.remembered_count.add();
    co_return identify(attempt, *state.directory.view(loop).now());
  }
  CO_TRY_OK(may_try(attempt, now));
  CO_TRY(const auto fit, co_await fit_of_password(loop, attempt));
  if (fit.version == 0) co_return refuse(attempt, loop.clock().steady());
  // An application password costs no hash, and one that is removed is felt at once.
  if (!fit.is_app_password) state.remembered.add(remembered_as(attempt), fit.version, attempt.password, loop.clock().steady());
  state.accepted.add();
  // The directory may have changed meanwhile.
  co_return identify(attempt, *state.directory.view(loop).now());
}

Result<> PasswordSignIn::may_try(const Attempt& attempt, io::Tick now) {
  auto& state = *state_;
  if (!is_throttled(attempt.peer.address)) return {};
  const bool address_is_over = state.pairs.is_over(attempt.pair(), now) || state.addresses.is_over(attempt.throttle_name, now);
  if (!address_is_over && !state.peers.is_over(attempt.network, now)) return {};
  state.throttled.add();
  write_refusal(attempt, address_is_over ? "too many failures of the address" : "too many failures of the peer");
  return fail(Fault::Busy, "too many failed sign-ins; try again later", "UNAVAILABLE");
}

bool PasswordSignIn::is_throttled(const std::string& peer) const {
  return state_->options.throttle_loopback || !is_loopback(peer);
}

// An unknown user costs what a known one does.
Task<Result<PasswordSignIn::Fit>> PasswordSignIn::fit_of_password(io::Loop& loop, const Attempt& attempt) {
  auto& state = *state_;
  const bool is_known = has_sign_in(attempt.account);
  const auto credentials = co_await state.directory.credentials(loop, is_known ? attempt.account->id : kNobody);
  if (!credentials) co_return busy(attempt, credentials.error().text);

  const bool has_hash = is_known && !credentials->password_hash.empty();
  // Programs do not use the webmail.
  const bool may_be_app = has_hash && attempt.service != Service::Webmail;
  auto work = [password = attempt.password, hash = has_hash ? credentials->password_hash : state.nobodys_hash, costly = state.nobodys_hash,
               apps = may_be_app ? credentials->app_passwords : std::vector<std::string>()] {
    for (const auto& app : apps)
      if (sasl::verify_password(password, app)) return Fit{1, true};
    return Fit{sasl::verify_evenly(password, hash, costly) ? 1U : 0U, false};
  };
  const auto fits = co_await state.pool.run(loop, std::move(work));
  if (!fits) co_return busy(attempt, fits.error().text);
  if (fits->version == 0 || !has_hash) co_return Fit{};
  if (!fits->is_app_password && sasl::is_foreign_hash(credentials->password_hash)) co_await hash_anew(loop, attempt, *credentials);
  co_return Fit{credentials->version, fits->is_app_password};
}

// An imported hash is weaker than ours, and now the password is known. Where it can't be done now, the next sign-in does it.
Task<void> PasswordSignIn::hash_anew(io::Loop& loop, const Attempt& attempt, Directory::Credentials credentials) {
  auto& state = *state_;
  const auto made = co_await state.pool.run(loop, [password = attempt.password, options = state.options.hash, &random = state.random] {
    return sasl::hash_password(password, options, random);
  });
  if (!made || !*made) co_return;
  const auto done = co_await state.directory.replace_hash(attempt.account->id, std::move(credentials), **made);
  co_await loop.enter();
  if (done && *done) state.rehashed.add();
}

std::unexpected<Error> PasswordSignIn::busy(const Attempt& attempt, const std::string& reason) {
  state_->busy.add();
  write_refusal(attempt, reason);
  return fail(Fault::Busy, "sign-in is not possible now; try again later", "UNAVAILABLE");
}

std::unexpected<Error> PasswordSignIn::refuse(const Attempt& attempt, io::Tick now) {
  auto& state = *state_;
  if (is_throttled(attempt.peer.address)) {
    state.addresses.failed(attempt.throttle_name, now);
    state.peers.failed(attempt.network, now);
    state.pairs.failed(attempt.pair(), now);
  }
  state.refused.add();
  write_refusal(attempt, attempt.account == nullptr      ? "unknown address"
                         : !has_sign_in(attempt.account) ? "the account has no sign-in"
                                                         : "wrong password");
  return fail(Fault::Refused, "the address or the password is wrong", "AUTHENTICATIONFAILED");
}

// The password was right: whether it opens this service.
Result<Identity> PasswordSignIn::identify(const Attempt& attempt, const Snapshot& snapshot) {
  if (const auto reason = barred(snapshot, attempt.account->id, attempt.service); !reason.empty()) {
    state_->not_allowed.add();
    write_refusal(attempt, reason);
    return fail(Fault::Refused, reason, "CONTACTADMIN");
  }
  const auto account = snapshot.account(attempt.account->id);
  const auto domain = snapshot.domain_by_id(account->domain);
  return Identity{account->id,
                  snapshot.address_of(*account),
                  account->type,
                  account->credentials_version,
                  first_of(account->timezone, domain->timezone, "UTC"),
                  first_of(account->language, domain->language, "en")};
}

void PasswordSignIn::write_refusal(const Attempt& attempt, std::string_view reason) {
  state_->log.info("sign_in.refused", {{"address", log::Private{attempt.address}},
                                       {"service", feed::service_name(attempt.service)},
                                       {"peer", attempt.peer.address},
                                       {"reason", reason}});
}

}  // namespace postroad::directory
