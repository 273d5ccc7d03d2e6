// What a session does for the commands that carry no message.
#include "smtpd/session.h"

namespace postroad::smtpd {

io::Task<Session::Go> Session::act(smtp::Next next) {
  return std::visit([this](auto& what) { return on(std::move(what)); }, next);
}

io::Task<Session::Go> Session::on(smtp::Answer answer) {
  if (!answer.reply.is_ok()) log_refusal(answer.reply, "command");
  if (!state_.is_in_chunks()) incoming_.reset();
  say(answer.reply);
  co_return Go::On;
}

io::Task<Session::Go> Session::on(smtp::Close close) {
  say(close.reply);
  if (close.reply.is_ok()) co_return Go::Close;  // QUIT
  log_refusal(close.reply, "command");
  co_return cut_off();
}

// Who may send is for sender authentication to say; until then everybody may, the null path too.
io::Task<Session::Go> Session::on(smtp::JudgeSender) {
  recipients_.clear();
  accounts_ = 0;
  if (parts_.budget.takes_new()) return act(state_.sender(std::nullopt));
  return refuse(state_.sender(no_room()), no_room(), "no_room");
}

// `next` is what the state makes of the refusal.
io::Task<Session::Go> Session::refuse(smtp::Next next, smtp::Reply reply, std::string_view reason, smtp::Path recipient) {
  log_refusal(reply, reason, recipient);
  if (!std::holds_alternative<smtp::Answer>(next)) co_return co_await act(std::move(next));
  say(reply);
  co_return Go::On;
}

io::Task<Session::Go> Session::on(smtp::JudgeRecipient judge) {
  auto decision = policy::judge_recipient(*parts_.directory.now(), judge.rcpt.to, options_.policy);
  if (!decision.refusal) decision.refusal = policy::judge_count(accounts_ + decision.accounts.size(), options_.accounts_max);
  if (!decision.refusal) decision.refusal = co_await judge_room(decision);
  if (!decision.refusal) {
    accounts_ += decision.accounts.size();
    recipients_.push_back({std::move(decision.accounts), std::move(decision.detail), std::move(judge.rcpt)});
    co_return co_await act(state_.recipient(std::nullopt));
  }
  const auto& [reason, reply] = *decision.refusal;
  co_return co_await refuse(state_.recipient(reply), reply, policy::reason_name(reason), judge.rcpt.to);
}

// Asked of one account alone; a group's members are found out at delivery.
io::Task<std::optional<policy::Refusal>> Session::judge_room(const policy::Decision& decision) {
  const auto account = decision.accounts[0];
  if (decision.accounts.size() > 1 || account->quota_bytes == 0) co_return std::nullopt;
  const auto used = co_await parts_.inbound.used_bytes(account);
  if (!used) co_return std::nullopt;
  co_return policy::judge_room(*account, *used, state_.envelope().mail.size_bytes.value_or(0));
}

// STARTTLS: rfc3207 4. What came behind it in the clear was not said by whom the handshake will prove, and no honest
// client says anything there: the session ends.
io::Task<Session::Go> Session::on(smtp::Secure secure) {
  if (!reader_.buffered().empty()) {
    const smtp::Reply reply{554, "5.5.0", "nothing may follow STARTTLS"};
    log_refusal(reply, "starttls_injection");
    say(reply);
    co_return cut_off();
  }
  say(secure.reply);
  co_await flush();
  reader_.forget();
  wait_at_most(options_.handshake_timeout);
  co_await stream_->accept_tls(*parts_.tls);
  counts_.tls_sessions.add();
  state_.secured();
  co_return Go::On;
}

}  // namespace postroad::smtpd
