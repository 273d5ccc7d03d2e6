#pragma once

#include "imap/append.h"
#include "imap/command.h"
#include "imap/fetch.h"
#include "imap/folder.h"
#include "imap/search.h"
#include "imap/sign_in.h"
#include "imap/store.h"
#include "imapd/session.h"

// What each command does; verbs.cc has the table. `session` outlives the task, everything else is its own.
namespace postroad::imapd {

using Answer = io::Task<Result<Reply>>;

// plain.cc
Answer run_capability(Session& session, imap::Nothing);
Answer run_noop(Session& session, imap::Nothing);
Answer run_logout(Session& session, imap::Nothing);
Answer run_id(Session& session, imap::Id id);
Answer run_enable(Session& session, imap::Enable enable);
Answer run_namespace(Session& session, imap::Nothing);

// sign_in.cc
Answer run_starttls(Session& session, imap::Nothing);
Answer run_login(Session& session, imap::Login login);
Answer run_authenticate(Session& session, imap::Authenticate authenticate);

// folders.cc
Answer run_create(Session& session, imap::Create create);
Answer run_delete(Session& session, imap::Named named);
Answer run_rename(Session& session, imap::Rename rename);
Answer run_subscribe(Session& session, imap::Named named);
Answer run_unsubscribe(Session& session, imap::Named named);

// list.cc
Answer run_list(Session& session, imap::List list);
Answer run_lsub(Session& session, imap::List list);
Answer run_status(Session& session, imap::Status status);

// select.cc
Answer run_select(Session& session, imap::Select select);
Answer run_examine(Session& session, imap::Select select);
Answer run_close(Session& session, imap::Nothing);
Answer run_unselect(Session& session, imap::Nothing);

// append.cc
Answer run_append(Session& session, imap::Append append);

// expunge.cc
Answer run_expunge(Session& session, imap::Nothing);
Answer run_uid_expunge(Session& session, imap::UidExpunge expunge);

// fetch.cc
Answer run_fetch(Session& session, imap::Fetch fetch);
Answer run_uid_fetch(Session& session, imap::Fetch fetch);

// store.cc
Answer run_store(Session& session, imap::Store store);
Answer run_uid_store(Session& session, imap::Store store);

// copy.cc
Answer run_copy(Session& session, imap::Copy copy);
Answer run_uid_copy(Session& session, imap::Copy copy);
Answer run_move(Session& session, imap::Copy move);
Answer run_uid_move(Session& session, imap::Copy move);

// search.cc
Answer run_search(Session& session, imap::Search search);
Answer run_uid_search(Session& session, imap::Search search);

// idle.cc
Answer run_idle(Session& session, imap::Nothing);

}  // namespace postroad::imapd
