#include "imapd/input.h"

#include "base/limits.h"
#include "base/text.h"
#include "imap/command.h"
#include "imap/limits.h"

namespace postroad::imapd {
namespace {

using Next = imap::Gather::Next;

// A client that is slower than that is given up.
constexpr std::uint64_t kLeastBytesPerSecond = 1024;
constexpr std::uint64_t kMostLiteralBytes = 1UL << 40;

// Until when the client has to send what it may think about until `patience` is over.
io::Tick deadline(const Session& session, std::chrono::seconds patience) {
  return session.state() == kNotAuthenticated ? session.sign_in_until : session.wire.after(patience);
}

// A literal that waits to be asked for is asked for.  rfc3501 4.3
io::Task<void> read_literal(Session& session, imap::Gather& gather, io::Tick until) {
  const auto literal = *gather.literal();
  if (literal.is_synchronizing) session.wire.out() += "+ go on\r\n";
  for (auto left = literal.size_bytes; left > 0;) {
    const auto bytes = co_await session.wire.piece(left, until);
    gather.add(bytes);
    left -= bytes.size();
  }
}

// Reads away what a client sends without being asked, or ends the session where that is too much.  rfc7888 4
io::Task<void> drop_literal(Session& session, std::uint64_t size_bytes, std::uint64_t most_bytes) {
  if (size_bytes > most_bytes)
    session.leave("[TOOBIG] a literal is too long");
  else
    co_await session.wire.drop(size_bytes, literal_deadline(session, size_bytes));
}

void refuse_too_long(Session& session, std::string_view text) {
  const auto tag = imap::split_command(text).tag;
  const auto reply = reply_to(Error{Fault::Syntax, "the command is too long", "TOOBIG"});
  session.wire.out() += (tag.empty() ? "*" : tag) + " " + reply.text + "\r\n";
  ++session.errors;
  session.parts.counts.bad.add();
}

}  // namespace

io::Tick literal_deadline(const Session& session, std::uint64_t size_bytes) {
  const auto seconds = std::chrono::seconds(std::min(size_bytes, kMostLiteralBytes) / kLeastBytesPerSecond);
  return deadline(session, session.parts.options.peer_timeout + seconds);
}

io::Task<std::optional<std::string>> read_command(Session& session) {
  auto& wire = session.wire;
  const auto until = deadline(session, session.parts.options.idle_timeout);
  if (!wire.has_line()) {
    co_await wire.flush();
    // The node may have begun to go down while the client took its time to read.
    if (session.is_draining) co_return std::nullopt;
    session.awaits_command = true;
    co_await wire.wait(until);
  }

  imap::Gather gather(session.state() == kNotAuthenticated ? imap::kStrangerBytes : imap::kCommandBytes);
  auto may_drop = imap::kDrainBytes;
  for (;;) {
    const auto line = co_await wire.line(limits::kImapLineBytes, until);
    session.awaits_command = false;
    if (!line) {
      // A literal may have stood at its end, and what follows must not be taken for commands.
      session.leave("a command line is too long");
      co_return std::nullopt;
    }
    const auto next = gather.line(*line);
    const auto& literal = gather.literal();
    if (next == Next::Command) co_return gather.text();
    if (next == Next::Message) {
      session.message = *literal;
      co_return gather.text();
    }
    if (next == Next::Literal) {
      co_await read_literal(session, gather, until);
    } else if (literal && !literal->is_synchronizing) {
      co_await drop_literal(session, literal->size_bytes, may_drop);
      if (session.is_over) co_return std::nullopt;
      may_drop -= literal->size_bytes;
    } else {
      refuse_too_long(session, gather.text());
      co_return std::nullopt;
    }
  }
}

io::Task<Result<>> end_message(Session& session) {
  const auto patience = session.parts.options.peer_timeout;
  const auto line = co_await session.wire.line(limits::kImapLineBytes, deadline(session, patience));
  if (line && trim(*line).empty()) co_return Result<>();
  // More messages (rfc3502) are not offered; one that comes unasked can't be told from commands.
  auto literal = line ? imap::literal_of(*line) : std::nullopt;
  if (!line || (literal && !literal->is_synchronizing)) session.leave("expected the end of the command");
  // Closing with bytes unread would reset the connection, and our answer might be lost with it.  rfc2525 2.17
  for (auto left = imap::kDrainBytes; literal && !literal->is_synchronizing && literal->size_bytes < left;) {
    left -= literal->size_bytes + 1;
    co_await session.wire.drop(literal->size_bytes, literal_deadline(session, literal->size_bytes));
    const auto next = co_await session.wire.line(limits::kImapLineBytes, deadline(session, patience));
    literal = next ? imap::literal_of(*next) : std::nullopt;
  }
  co_return fail(Fault::Syntax, "expected end of command behind the message");
}

io::Task<void> skip_message(Session& session) {
  if (!session.message) co_return;
  const auto literal = *std::exchange(session.message, std::nullopt);
  if (literal.is_synchronizing) co_return;
  const bool is_stranger = session.state() == kNotAuthenticated;
  co_await drop_literal(session, literal.size_bytes,
                        is_stranger ? imap::kDrainBytes : session.parts.options.message_bytes_max);
  if (!session.is_over) (void)co_await end_message(session);
}

}  // namespace postroad::imapd
