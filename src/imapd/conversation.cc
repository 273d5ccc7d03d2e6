#include "imapd/conversation.h"

#include "imap/command.h"
#include "imapd/capabilities.h"
#include "imapd/changes.h"
#include "imapd/input.h"

namespace postroad::imapd {
namespace {

Error not_now(State state, const Verb& verb) {
  if (state == kNotAuthenticated) return {Fault::Syntax, "sign in first", {}};
  if (verb.states == kNotAuthenticated) return {Fault::Syntax, "signed in already", {}};
  return {Fault::Syntax, "select a mailbox first", {}};
}

}  // namespace

io::Task<void> Conversation::run(bool tls_first) {
  auto& log = session_.parts.log;
  log.info("imap.connected", {{"session", session_.id}, {"peer", session_.address}});
  const auto goodbye = co_await until_end(tls_first);
  if (!goodbye.empty()) co_await say_goodbye(goodbye);
  log.info("imap.ended", {{"session", session_.id}, {"account", session_.identity.account}});
}

// Gives what is to be said yet to the client; empty where nothing is, or can be.
io::Task<std::string> Conversation::until_end(bool tls_first) {
  try {
    if (tls_first) co_await session_.wire.accept_tls(*session_.parts.tls, session_.sign_in_until);
    session_.untagged("OK [CAPABILITY " + capabilities(session_) + "] " + session_.parts.options.host + " ready");
    co_await converse();
  } catch (const io::Ended& ended) {
    session_.parts.log.debug("imap.cut", {{"session", session_.id}, {"why", ended.what()}});
    if (!session_.awaits_command || ended.why() != io::Ended::Why::TimedOut) co_return std::string();
    co_return session_.is_draining ? session_.goodbye : std::string("idle for too long");
  }
  co_return std::string();
}

io::Task<void> Conversation::say_goodbye(std::string text) {
  try {
    session_.leave(text);
    co_await session_.wire.flush();
    co_await session_.wire.shutdown();
  } catch (const io::Ended&) {
    // It was politeness only.
  }
}

io::Task<void> Conversation::converse() {
  for (;;) {
    if (session_.errors >= session_.parts.options.errors_max) session_.leave("too many errors");
    if (session_.is_draining) session_.leave(session_.goodbye);
    if (session_.is_over) break;
    auto text = co_await read_command(session_);
    if (text && session_.may_go_on()) co_await answer(std::move(*text));
  }
  co_await session_.wire.flush();
  co_await session_.wire.shutdown();
}

io::Task<void> Conversation::answer(std::string text) {
  const auto started = session_.loop().clock().steady();
  const auto command = imap::split_command(text);
  const auto* const verb = find_verb(command.name);
  session_.tag = command.tag;
  const auto result = co_await have_done(verb, command.arguments);
  co_await skip_message(session_);

  if (result && session_.view && (verb->flags & kSilent) == 0)
    announce(session_, (verb->flags & kNumbersStand) == 0);
  tagged(command.tag, result);
  // Mistakes count in a row: one now and then is no reason to end a session that lasts for days.
  if (result && session_.account) session_.errors = 0;
  session_.parts.counts.command_seconds.observe(
      std::chrono::duration<double>(session_.loop().clock().steady() - started).count());
  if (result && (verb->flags & kStartsTls) != 0) {
    co_await session_.wire.flush();
    co_await session_.wire.accept_tls(*session_.parts.tls, session_.sign_in_until);
  }
  co_await session_.wire.relieve();
}

io::Task<Result<Reply>> Conversation::have_done(const Verb* verb, imap::Scanner arguments) {
  if (verb == nullptr) co_return fail(Fault::Syntax, "expected a tag and a command that is known here");
  if ((verb->states & session_.state()) == 0) co_return std::unexpected(not_now(session_.state(), *verb));
  co_return co_await verb->run(session_, arguments);
}

void Conversation::tagged(std::string_view tag, const Result<Reply>& result) {
  auto& out = session_.wire.out();
  out += tag.empty() ? "*" : tag;
  out += ' ' + (result ? result->text : reply_to(result.error()).text) + "\r\n";

  auto& counts = session_.parts.counts;
  auto& log = session_.parts.log;
  if (result) return counts.ok.add();
  const auto& error = result.error();
  if (error.fault == Fault::Syntax) {
    counts.bad.add();
    ++session_.errors;
    return log.info("imap.bad", {{"session", session_.id}, {"why", error.text}});
  }
  counts.no.add();
  if (error.fault == Fault::Broken)
    log.error("imap.broken", {{"session", session_.id}, {"account", session_.identity.account}, {"why", error.text}});
  else
    log.info("imap.refused", {{"session", session_.id}, {"code", error.code}, {"why", error.text}});
}

}  // namespace postroad::imapd
