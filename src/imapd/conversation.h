#pragma once

#include <string>

#include "imapd/session.h"
#include "imapd/verbs.h"

namespace postroad::imapd {

// Leads a session from its greeting to its end: reads commands, has them done, answers them in order.
class Conversation {
 public:
  // `session` must outlive it.
  explicit Conversation(Session& session) : session_(session) {}
  // Throws nothing. `tls_first`: the handshake comes before the greeting.
  io::Task<void> run(bool tls_first);

 private:
  io::Task<std::string> until_end(bool tls_first);
  io::Task<void> converse();
  io::Task<void> say_goodbye(std::string text);
  io::Task<void> answer(std::string text);
  io::Task<Result<Reply>> have_done(const Verb* verb, imap::Scanner arguments);
  void tagged(std::string_view tag, const Result<Reply>& result);

  Session& session_;
};

}  // namespace postroad::imapd
