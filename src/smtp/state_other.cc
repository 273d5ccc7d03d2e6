// The commands that are not of a transaction, and what is counted against a client.
#include "smtp/state.h"

namespace postroad::smtp {

// RSET: rfc5321 4.1.1.5.
Next State::on(Rset) {
  reset();
  return idle({250, "2.0.0", "ok"});
}

// NOOP: rfc5321 4.1.1.9.
Next State::on(Noop) { return idle({250, "2.0.0", "ok"}); }

// QUIT: rfc5321 4.1.1.10.
Next State::on(Quit) { return Close{{221, "2.0.0", offer_.host + " closes the connection"}}; }

// HELP: rfc5321 4.1.1.8.
Next State::on(Help) { return idle({214, "2.0.0", "this is Postroad; rfc5321 tells the rest"}); }

// VRFY never tells who exists.  rfc5321 3.5.3, 7.3
Next State::on(Vrfy) { return idle({252, "2.5.0", "send a message and see"}); }

Next State::on(NotOffered) { return count_error({502, "5.5.1", "this command is not offered"}); }

Next State::on(Foreign) { return Close{{554, "5.7.0", "this is not a web server"}}; }

// STARTTLS: rfc3207 4. Never twice, never within a transaction.
Next State::on(StartTls) {
  if (is_secure_) return count_error({503, "5.5.1", "TLS is on already"});
  if (!offer_.has_tls) return count_error({502, "5.5.1", "this command is not offered"});
  if (phase_ != Phase::Ready) return count_error({503, "5.5.1", "not in this state"});
  return Secure{{220, "2.0.0", "go ahead"}};
}

// Nothing of before counts: the client greets again.  rfc3207 4.2
void State::secured() {
  phase_ = Phase::Fresh;
  reset();
  client_name_.clear();
  is_extended_ = false;
  is_secure_ = true;
}

// Commands that lead nowhere are free until a client does nothing else.
Next State::idle(Reply reply) {
  if (++idle_commands_ <= offer_.idle_commands_max) return Answer{std::move(reply)};
  if (++errors_ < offer_.errors_max) return Answer{std::move(reply)};
  return Close{goodbye("too many commands without a message")};
}

Next State::count_error(Reply reply) {
  if (++errors_ < offer_.errors_max) return Answer{std::move(reply)};
  return Close{goodbye("too many errors")};
}

Next State::count_refusal(Reply reply) {
  if (++refusals_ < offer_.refusals_max) return Answer{std::move(reply)};
  return Close{goodbye("too many refusals")};
}

// 421 may be sent at any time.  rfc5321 3.8
Reply State::goodbye(std::string_view why) const {
  return {421, "4.7.0", offer_.host + " closes the connection: " + std::string(why)};
}

}  // namespace postroad::smtp
