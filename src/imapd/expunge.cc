#include "imapd/commands.h"
#include "imapd/convert.h"

namespace postroad::imapd {
namespace {

Answer expunge(Session& session, mailbox::UidSet uids) {
  if (session.view->is_read_only()) co_return fail(Fault::Refused, "the mailbox is selected read-only");
  const auto folder = session.view->folder();
  if (!uids.empty()) {
    CO_TRY_OK(co_await session.account->expunge(folder, std::move(uids), mailbox::Account::Which::Deleted));
  }
  // EXPUNGE is told with everybody's other changes, before the answer.
  co_return Reply{"OK expunged"};
}

}  // namespace

// EXPUNGE: rfc3501 6.4.3. Only of what the client has been told of.
Answer run_expunge(Session& session, imap::Nothing) {
  mailbox::UidSet all;
  if (session.view->exists() > 0) session.view->add_uids(1, session.view->exists(), all);
  return expunge(session, std::move(all));
}

// UID EXPUNGE: rfc4315 2.1.
Answer run_uid_expunge(Session& session, imap::UidExpunge command) {
  CO_TRY(auto uids, named_messages(*session.view, command.set, true));
  co_return co_await expunge(session, std::move(uids));
}

}  // namespace postroad::imapd
