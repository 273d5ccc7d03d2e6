#include "base/text.h"
#include "imapd/commands.h"

namespace postroad::imapd {
namespace {

using mailbox::Role;

// rfc6154 3: a use that there isn't is USEATTR.
Result<Role> role_of(const std::vector<std::string>& uses) {
  if (uses.empty()) return Role::None;
  if (uses.size() > 1) return fail(Fault::Refused, "a mailbox has one special use at most", "USEATTR");
  for (const auto role : {Role::Sent, Role::Drafts, Role::Trash, Role::Junk, Role::Archive})
    if (equal_nocase(mailbox::role_attribute(role), uses.front())) return role;
  return fail(Fault::Refused, "no mailbox has this special use here", "USEATTR");
}

}  // namespace

// CREATE: rfc3501 6.3.3, rfc6154 3, rfc8474 4.1 (MAILBOXID).
Answer run_create(Session& session, imap::Create create) {
  CO_TRY(const auto role, role_of(create.uses));
  CO_TRY(const auto made, co_await session.account->create_folder(std::move(create.name), role));
  co_return Reply{"OK [MAILBOXID (" + made.id + ")] created"};
}

// DELETE: rfc3501 6.3.4.
Answer run_delete(Session& session, imap::Named named) {
  CO_TRY_OK(co_await session.account->delete_folder(std::move(named.name)));
  co_return Reply{"OK deleted"};
}

// RENAME: rfc3501 6.3.5.
Answer run_rename(Session& session, imap::Rename rename) {
  CO_TRY_OK(co_await session.account->rename_folder(std::move(rename.from), std::move(rename.to)));
  co_return Reply{"OK renamed"};
}

// SUBSCRIBE: rfc3501 6.3.6.
Answer run_subscribe(Session& session, imap::Named named) {
  CO_TRY_OK(co_await session.account->subscribe(std::move(named.name)));
  co_return Reply{"OK subscribed"};
}

// UNSUBSCRIBE: rfc3501 6.3.7.
Answer run_unsubscribe(Session& session, imap::Named named) {
  CO_TRY_OK(co_await session.account->unsubscribe(std::move(named.name)));
  co_return Reply{"OK unsubscribed"};
}

}  // namespace postroad::imapd
