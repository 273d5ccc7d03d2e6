#include "migration/imap_sign_in.h"

#include "base/text.h"
#include "migration/failure.h"

namespace postroad::migration {
namespace {

using imap::Condition;
using imap::Status;

// Response codes that say: not now.  rfc5530 3
constexpr std::string_view kNotNow[] = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"};

std::unexpected<Error> refusal(const Status& status) {
  for (const auto code : kNotNow)
    if (status.code == code) return wait_for(Reason::Refused, "the server refuses to sign in now: " + said(status));
  return stop_for(Reason::Credentials, "the server refuses user or password: " + said(status));
}

io::Task<Result<>> learn_capabilities(ImapTalk& talk) {
  CO_TRY(const auto status, co_await talk.ask({{"CAPABILITY"}}));
  if (status.condition != Condition::Ok) co_return wait_for(Reason::Refused, "the server refuses CAPABILITY: " + said(status));
  co_return Result<>();
}

// What was heard before counts for nothing after it.  rfc3501 6.2.1, rfc9051 11.1
io::Task<Result<>> start_tls(ImapTalk& talk, const Ways& ways, const Remote& remote) {
  if (!talk.can("STARTTLS")) {
    if (remote.allow_plaintext) co_return Result<>();
    co_return stop_for(Reason::Plaintext, "the server has no STARTTLS, and the password is not sent in clear");
  }
  CO_TRY(const auto status, co_await talk.ask({{"STARTTLS"}}));
  if (status.condition != Condition::Ok) co_return wait_for(Reason::Refused, "the server refuses STARTTLS: " + said(status));
  if (talk.wire().has_more()) co_return stop_for(Reason::Protocol, "somebody speaks in clear behind the server's STARTTLS");
  co_await talk.wire().start_tls(ways.tls_for(remote), remote.host);
  talk.forget_capabilities();
  co_return co_await learn_capabilities(talk);
}

// rfc4616; rfc4959 for the response that goes along.
io::Task<Result<Status>> authenticate(ImapTalk& talk, const Remote& remote, const sasl::Secret& password) {
  auto clear = std::string(1, '\0') + remote.user + '\0' + std::string(password.text());
  auto response = base64(clear);
  sasl::wipe(clear);
  if (talk.can("SASL-IR")) {
    CO_TRY_OK(co_await talk.send({{"AUTHENTICATE"}, {"PLAIN"}, {std::move(response)}}));
    co_return co_await talk.answer();
  }
  CO_TRY_OK(co_await talk.send({{"AUTHENTICATE"}, {"PLAIN"}}));
  for (;;) {
    CO_TRY(auto heard, co_await talk.next());
    if (std::holds_alternative<imap::Continuation>(heard.response)) break;
    if (const auto* status = std::get_if<Status>(&heard.response)) {
      CO_TRY(const bool is_end, talk.is_answer(*status));
      if (is_end) co_return *status;
    }
  }
  co_await talk.send_line(response + "\r\n");
  sasl::wipe(response);
  co_return co_await talk.answer();
}

io::Task<Result<Status>> log_in(ImapTalk& talk, const Remote& remote, const sasl::Secret& password) {
  if (talk.can("AUTH=PLAIN")) co_return co_await authenticate(talk, remote, password);
  if (talk.can("LOGINDISABLED")) co_return stop_for(Reason::Refused, "the server takes neither PLAIN nor LOGIN");
  co_return co_await talk.ask({{"LOGIN"}, {remote.user, true}, {std::string(password.text()), true}});
}

}  // namespace

io::Task<Result<>> sign_in(ImapTalk& talk, const Ways& ways, Remote remote, const sasl::Secret& password) {
  CO_TRY(const auto greeting, co_await talk.next());
  const auto* status = std::get_if<Status>(&greeting.response);
  if (status == nullptr || !status->tag.empty()) co_return wait_for(Reason::Protocol, "the server greets otherwise than IMAP does");
  // Signed in already: as somebody that we can't know.
  if (status->condition != Condition::Ok) co_return wait_for(Reason::Refused, "the server does not let us sign in: " + said(*status));
  if (!talk.knows_capabilities()) CO_TRY_OK(co_await learn_capabilities(talk));
  if (!talk.wire().stream().is_secure()) CO_TRY_OK(co_await start_tls(talk, ways, remote));

  CO_TRY(const auto signed_in, co_await log_in(talk, remote, password));
  if (signed_in.condition != Condition::Ok) co_return refusal(signed_in);
  talk.forget_capabilities();
  co_return co_await learn_capabilities(talk);
}

}  // namespace postroad::migration
