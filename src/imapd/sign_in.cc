#include "base/text.h"
#include "imapd/capabilities.h"
#include "imapd/commands.h"
#include "imapd/seat.h"
#include "sasl/exchange.h"

namespace postroad::imapd {
namespace {

std::unexpected<Error> refuse_sign_in(Session& session, std::string_view name, Error error) {
  session.parts.counts.sign_in_failures.add();
  session.parts.log.info("imap.sign_in_refused", {{"session", session.id},
                                                  {"peer", session.address},
                                                  {"address", log::Private{name}},
                                                  {"code", error.code},
                                                  {"why", error.text}});
  if (++session.sign_in_failures >= session.parts.options.sign_in_failures_max) session.leave("too many failures");
  return std::unexpected(std::move(error));
}

// To the loop where everything about the account happens; for the rest of the session.
io::Task<void> move_home(Session& session, const std::string account) {
  auto& home = session.parts.accounts.home(account);
  if (&home == &session.loop()) co_return;
  session.seat->leave(session);
  session.seat = &session.parts.seats.at(home);
  session.wire.move_to(home);
  co_await home.enter();
  session.seat->take(session);
}

// Opens the mailbox of one who has shown who it is.
Answer enter(Session& session, directory::Identity identity) {
  const auto known = session.directory().now()->account(identity.account);
  if (known == nullptr || known->type != directory::AccountType::Mailbox)
    co_return fail(Fault::Refused, "this account has no mailbox", "CONTACTADMIN");
  const mailbox::Limits limits{.quota_bytes = known->quota_bytes, .domain = known->domain};

  session.as_stranger.leave();  // on the loop that counts it
  co_await move_home(session, identity.account);
  auto place = session.seat->of_accounts().take(identity.account, session.parts.options.sessions_per_account_max);
  if (!place) co_return fail(Fault::Refused, "this account has too many sessions; close one", "LIMIT");
  CO_TRY(session.account, co_await session.parts.accounts.open(identity.account, limits));
  co_await session.account->count_sign_in(statistics::Counter::SignInsImap);
  session.of_account = std::move(place);
  session.identity = std::move(identity);
  session.parts.counts.sign_ins.add();
  session.parts.log.info("imap.signed_in", {{"session", session.id},
                                            {"peer", session.address},
                                            {"account", session.identity.account},
                                            {"address", log::Private{session.identity.address}},
                                            {"tls", session.wire.stream().tls_text()}});
  co_return Reply{"OK [CAPABILITY " + capabilities(session) + "] signed in"};
}

Answer sign_in(Session& session, std::string name, std::string password) {
  auto verified = co_await session.parts.sign_in.verify(session.loop(), name, std::move(password),
                                                        directory::Service::Imap, session.wire.stream().peer());
  if (!verified) co_return refuse_sign_in(session, name, std::move(verified.error()));
  co_return co_await enter(session, std::move(*verified));
}

std::unexpected<Error> refuse_plaintext(Session& session, std::string_view name) {
  return refuse_sign_in(session, name, {Fault::Refused, "a password needs TLS here: STARTTLS first", "PRIVACYREQUIRED"});
}

// A mechanism's name is wrong (NO); or the client gave up, or wrote no base64 (BAD).  rfc3501 6.2.2
Error bad_exchange(Error error) {
  if (error.code == "CANCELLED") return {Fault::Syntax, std::move(error.text), {}};
  return error;
}

}  // namespace

// STARTTLS: rfc3501 6.2.1. The handshake follows the answer.
Answer run_starttls(Session& session, imap::Nothing) {
  if (session.wire.stream().is_secure()) co_return fail(Fault::Syntax, "TLS is on already");
  if (session.parts.tls == nullptr) co_return fail(Fault::Refused, "there is no TLS here");
  co_return Reply{"OK begin TLS now"};
}

// LOGIN: rfc3501 6.2.3.
Answer run_login(Session& session, imap::Login login) {
  if (!session.may_sign_in()) co_return refuse_plaintext(session, login.name);
  co_return co_await sign_in(session, std::move(login.name), std::move(login.password));
}

// AUTHENTICATE: rfc3501 6.2.2, rfc4959.
Answer run_authenticate(Session& session, imap::Authenticate authenticate) {
  if (!session.may_sign_in()) co_return refuse_plaintext(session, "");
  sasl::Exchange exchange;
  auto step = exchange.start(authenticate.mechanism, authenticate.initial_response);
  while (const auto* challenge = std::get_if<sasl::Challenge>(&step)) {
    session.wire.out() += "+ " + challenge->base64() + "\r\n";
    const auto line = co_await session.wire.line(sasl::kLineBytes, session.sign_in_until);
    if (!line) co_return fail(Fault::Syntax, "the response is too long");
    step = exchange.line(trim(*line));
  }
  if (auto* error = std::get_if<Error>(&step)) co_return std::unexpected(bad_exchange(std::move(*error)));

  auto& given = std::get<sasl::PasswordGiven>(step);
  if (!given.authorization.empty() && given.authorization != given.authentication)
    co_return refuse_sign_in(session, given.authentication,
                             {Fault::Refused, "nobody may act as somebody else here", "AUTHORIZATIONFAILED"});
  co_return co_await sign_in(session, std::move(given.authentication), std::move(given.password));
}

}  // namespace postroad::imapd
