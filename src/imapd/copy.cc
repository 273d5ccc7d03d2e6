#include <fmt/format.h>

#include "imapd/commands.h"
#include "imapd/convert.h"

namespace postroad::imapd {
namespace {

// A number of a message that somebody has expunged meanwhile: nothing is copied then, as nothing may be left out.
// rfc2180 4.4
bool names_gone(const mailbox::View& view, const mailbox::UidSet& uids) {
  mailbox::Uid after = 0;
  for (;;) {
    const auto chunk = view.messages(uids, after, 1024);
    if (chunk.empty()) return false;
    for (const auto& message : chunk)
      if (message.is_expunged) return true;
    after = chunk.back().uid;
  }
}

Result<mailbox::UidSet> to_copy(const Session& session, const imap::Copy& command, bool is_uid) {
  TRY(auto uids, named_messages(*session.view, command.set, is_uid));
  if (!is_uid && names_gone(*session.view, uids)) return fail(Fault::Refused, "some messages are gone", "EXPUNGEISSUED");
  return uids;
}

// rfc4315 3
std::string copy_uid(const mailbox::Copied& copied) {
  return fmt::format("[COPYUID {} {} {}]", copied.uid_validity, copied.from.text(), copied.to.text());
}

Answer copy(Session& session, imap::Copy command, bool is_uid) {
  CO_TRY(auto uids, to_copy(session, command, is_uid));
  CO_TRY(const auto copied,
         co_await session.account->copy(session.view->folder(), std::move(uids), std::move(command.name)));
  if (copied.from.empty()) co_return Reply{"OK there is no such message"};
  co_return Reply{"OK " + copy_uid(copied) + " copied"};
}

Answer move(Session& session, imap::Copy command, bool is_uid) {
  if (session.view->is_read_only()) co_return fail(Fault::Refused, "the mailbox is selected read-only");
  CO_TRY(auto uids, to_copy(session, command, is_uid));
  CO_TRY(const auto moved,
         co_await session.account->move(session.view->folder(), std::move(uids), std::move(command.name)));
  if (moved.from.empty()) co_return Reply{"OK there is no such message"};
  // Before the EXPUNGE responses, which come with the other changes.  rfc6851 4.3
  session.untagged("OK " + copy_uid(moved) + " moved");
  co_return Reply{"OK moved"};
}

}  // namespace

// COPY: rfc3501 6.4.7.
Answer run_copy(Session& session, imap::Copy command) { return copy(session, std::move(command), false); }
Answer run_uid_copy(Session& session, imap::Copy command) { return copy(session, std::move(command), true); }

// MOVE: rfc6851 3.1.
Answer run_move(Session& session, imap::Copy command) { return move(session, std::move(command), false); }
Answer run_uid_move(Session& session, imap::Copy command) { return move(session, std::move(command), true); }

}  // namespace postroad::imapd
