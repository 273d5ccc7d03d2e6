#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "pop3d/session.h"
#include "sasl/exchange.h"

namespace postroad::pop3d {

using io::Task;

namespace {
constexpr std::size_t kPage = 1000;
}

// STLS: rfc2595 4. What came before the handshake is forgotten.
Session::Answer Session::stls() {
  if (stream_->is_secure()) co_return fail(Fault::Conflict, "TLS is on already");
  if (parts_.tls == nullptr) co_return fail(Fault::Refused, "there is no TLS here");
  if (!reader_.buffered().empty()) {
    is_over_ = true;
    co_return fail(Fault::Syntax, "nothing may follow STLS before the handshake");
  }
  ok("begin TLS now");
  co_await flush();
  wait_for_client();
  co_await stream_->accept_tls(*parts_.tls);
  reader_.forget();
  user_.clear();
  co_return Result<>();
}

// USER: rfc1939 7. Says nothing of whether there is such a user.
Session::Answer Session::user(std::string name) {
  if (!may_sign_in()) co_return fail(Fault::Refused, "a password needs TLS here: STLS first");
  user_ = std::move(name);
  ok("now the password");
  co_return Result<>();
}

// PASS: rfc1939 7.
Session::Answer Session::pass(std::string password) {
  if (user_.empty()) co_return fail(Fault::Conflict, "USER comes first");
  co_return co_await sign_in(std::exchange(user_, {}), std::move(password));
}

// AUTH: rfc5034 4; without a mechanism it lists them, as old clients expect.
Session::Answer Session::auth(pop3::Auth auth) {
  if (!may_sign_in()) co_return fail(Fault::Refused, "a password needs TLS here: STLS first");
  if (auth.mechanism.empty()) {
    ok("mechanisms follow");
    out_ += "PLAIN\r\nLOGIN\r\n.\r\n";
    co_return Result<>();
  }
  sasl::Exchange exchange;
  auto step = exchange.start(auth.mechanism, auth.initial);
  while (const auto* challenge = std::get_if<sasl::Challenge>(&step)) {
    out_ += "+ " + challenge->base64() + "\r\n";
    co_await flush();
    wait_for_client();
    const auto line = co_await reader_.line(sasl::kLineBytes);
    if (!line) co_return fail(Fault::Syntax, "the response is too long");
    step = exchange.line(trim(*line));
  }
  if (auto* error = std::get_if<Error>(&step)) co_return std::unexpected(std::move(*error));
  auto& given = std::get<sasl::PasswordGiven>(step);
  if (!given.authorization.empty() && given.authorization != given.authentication)
    co_return std::unexpected(refuse_sign_in(given.authentication, {Fault::Refused, "nobody may act as somebody else here", "AUTHENTICATIONFAILED"}));
  co_return co_await sign_in(std::move(given.authentication), std::move(given.password));
}

Error Session::refuse_sign_in(std::string_view name, Error error) {
  parts_.counts.sign_in_failures.add();
  parts_.log.info("pop3.sign_in_refused",
                  {{"session", id_}, {"peer", address_}, {"address", log::Private{name}}, {"code", error.code}, {"why", error.text}});
  if (++sign_in_failures_ >= parts_.options.sign_in_failures_max) is_over_ = true;
  return error;
}

Session::Answer Session::sign_in(std::string name, std::string password) {
  auto verified = co_await parts_.sign_in.verify(seat_->loop, name, std::move(password), directory::Service::Pop, stream_->peer());
  if (!verified) co_return std::unexpected(refuse_sign_in(name, std::move(verified.error())));
  const auto opened = co_await open_maildrop(std::move(*verified));
  if (!opened) co_return std::unexpected(refuse_sign_in(name, opened.error()));
  co_return Result<>();
}

// To the loop where everything about the account happens.
Task<void> Session::move_home(io::Loop* home) {
  if (home == &seat_->loop) co_return;
  seat_->sessions.erase(id_);
  const auto at = std::ranges::find(parts_.seats, home, [](const auto& seat) { return &seat->loop; });
  check(at != parts_.seats.end(), "every loop has its seat");
  seat_ = at->get();
  stream_->move_to(*home);
  co_await home->enter();
  seat_->sessions.emplace(id_, this);
  is_draining_ = is_draining_ || seat_->is_draining;
}

Session::Answer Session::open_maildrop(directory::Identity identity) {
  const auto known = seat_->directory.now()->account(identity.account);
  if (known == nullptr || known->type != directory::AccountType::Mailbox)
    co_return fail(Fault::Refused, "this account has no mailbox", "CONTACTADMIN");
  const mailbox::Limits limits{.quota_bytes = known->quota_bytes, .domain = known->domain};
  as_stranger_.leave();  // on the loop that counts it
  co_await move_home(&parts_.accounts.home(identity.account));
  CO_TRY(auto account, co_await parts_.accounts.open(identity.account, limits));
  auto lock = account->lock_maildrop();
  if (!lock) {
    co_return fail(Fault::Conflict, "another POP3 session has the mailbox; try again when it has ended", "INUSE");
  }
  CO_TRY(auto view, co_await account->select("INBOX", true));
  deleted_.assign(view->exists(), false);
  count_ = view->exists();
  uid_validity_ = view->status().uid_validity;
  mailbox::Uid after = 0;
  for (;;) {
    const auto page = view->messages(after, kPage);
    for (const auto& message : page) size_bytes_ += message.size_bytes;
    if (page.size() < kPage) break;
    after = page.back().uid;
  }
  co_await account->count_sign_in(statistics::Counter::SignInsPop);
  identity_ = std::move(identity);
  lock_ = std::make_unique<mailbox::MaildropLock>(std::move(*lock));
  account_ = std::move(account);
  view_ = std::move(view);
  parts_.counts.sign_ins.add();
  parts_.log.info("pop3.signed_in", {{"session", id_},
                                     {"peer", address_},
                                     {"account", identity_.account},
                                     {"address", log::Private{identity_.address}},
                                     {"messages", count_},
                                     {"tls", stream_->tls_text()}});
  ok("maildrop has " + std::to_string(count_) + " messages (" + std::to_string(size_bytes_) + " octets)");
  co_return Result<>();
}

}  // namespace postroad::pop3d
