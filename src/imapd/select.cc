#include <fmt/format.h>

#include "imapd/changes.h"
#include "imapd/commands.h"

namespace postroad::imapd {
namespace {

// rfc3501 6.3.1, 7.2.6, 7.3; rfc7162 3.1.2.1; rfc8474 4.2.
void put_selected(Session& session) {
  const auto& view = *session.view;
  const auto folder = view.status();
  put_defined_flags(session);
  session.untagged(fmt::format("{} EXISTS", view.exists()));
  session.untagged(fmt::format("{} RECENT", view.recent()));
  if (const auto unseen = view.first_unseen(); unseen > 0) session.untagged(fmt::format("OK [UNSEEN {}] first", unseen));
  session.untagged(fmt::format("OK [UIDVALIDITY {}] valid", folder.uid_validity));
  session.untagged(fmt::format("OK [UIDNEXT {}] next", folder.uid_next));
  session.untagged(fmt::format("OK [HIGHESTMODSEQ {}] highest", folder.highest_modseq));
  session.untagged(fmt::format("OK [MAILBOXID ({})] for ever", folder.id));
}

Answer select(Session& session, imap::Select select, bool is_read_only) {
  // Even where it fails, the mailbox that was selected is no longer.  rfc3501 6.3.1
  session.view.reset();
  CO_TRY(session.view, co_await session.account->select(std::move(select.name), is_read_only));
  if (select.condstore) session.is_condstore = true;
  put_selected(session);
  co_return Reply{is_read_only ? "OK [READ-ONLY] selected" : "OK [READ-WRITE] selected"};
}

}  // namespace

// SELECT: rfc3501 6.3.1.
Answer run_select(Session& session, imap::Select command) { return select(session, std::move(command), false); }

// EXAMINE: rfc3501 6.3.2.
Answer run_examine(Session& session, imap::Select command) { return select(session, std::move(command), true); }

// CLOSE: rfc3501 6.4.2.
Answer run_close(Session& session, imap::Nothing) {
  if (!session.view->is_read_only() && session.view->exists() > 0) {
    mailbox::UidSet all;
    session.view->add_uids(1, session.view->exists(), all);
    CO_TRY_OK(co_await session.account->expunge(session.view->folder(), std::move(all), mailbox::Account::Which::Deleted));
  }
  session.view.reset();
  co_return Reply{"OK closed"};
}

// UNSELECT: rfc3691 2.
Answer run_unselect(Session& session, imap::Nothing) {
  session.view.reset();
  co_return Reply{"OK unselected"};
}

}  // namespace postroad::imapd
