#include <utility>

#include "imapd/changes.h"
#include "imapd/commands.h"
#include "imapd/convert.h"
#include "imapd/fetching.h"

namespace postroad::imapd {
namespace {

using Kind = imap::FetchItem::Kind;

constexpr std::size_t kChunk = 64;

bool sets_seen(const Session& session, const imap::Fetch& fetch) {
  if (session.view->is_read_only()) return false;
  for (const auto& item : fetch.items)
    if (item.kind == Kind::Section && !item.peek) return true;
  return false;
}

std::vector<mailbox::Message> next_chunk(const Session& session, const imap::Fetch& fetch,
                                         const mailbox::UidSet& uids, mailbox::Uid after) {
  if (fetch.changed_since) return session.view->changed(uids, *fetch.changed_since, after, kChunk);
  return session.view->messages(uids, after, kChunk);
}

// Sets \Seen on those without; gives which.  rfc3501 6.4.5
io::Task<Result<mailbox::UidSet>> mark_seen(Session& session, std::vector<mailbox::Message>& chunk) {
  mailbox::UidSet unseen;
  for (const auto& message : chunk)
    if ((message.flags & mailbox::kSeen) == 0 && !message.is_expunged) unseen.add(message.uid);
  if (unseen.empty()) co_return unseen;

  mailbox::FlagChange change{.how = mailbox::FlagChange::How::Add, .flags = {.system = mailbox::kSeen, .keywords = {}}};
  CO_TRY(const auto stored,
         co_await session.account->store_flags(session.view->folder(), std::move(unseen), std::move(change)));
  session.view->told(stored.changed, stored.modseq);
  for (auto& message : chunk)
    if (stored.changed.contains(message.uid)) message = session.view->at(message.sequence);
  co_return stored.changed;
}

// Items that the client did not ask for and is to get.
void add_implied(Session& session, imap::Fetch& fetch, bool is_uid) {
  const auto wants_modseq = fetch.has(Kind::ModSeq) || fetch.changed_since;
  if (wants_modseq) enable_condstore(session);
  // rfc3501 6.4.8; rfc7162 3.1.4.1, 3.2
  if (is_uid && !fetch.has(Kind::Uid)) fetch.items.insert(fetch.items.begin(), {.kind = Kind::Uid});
  const bool tells_flags = session.is_condstore && fetch.has(Kind::Flags);
  if ((wants_modseq || tells_flags) && !fetch.has(Kind::ModSeq)) fetch.items.push_back({.kind = Kind::ModSeq});
}

// One message that can't be read must not hide those behind it: the rest is given, and the failure told at the end.
Answer fetch(Session& session, imap::Fetch fetch, bool is_uid) {
  CO_TRY(const auto uids, named_messages(*session.view, fetch.set, is_uid));
  add_implied(session, fetch, is_uid);
  const bool marks = sets_seen(session, fetch);
  std::optional<Error> failure;
  mailbox::Uid after = 0;
  for (;;) {
    auto chunk = next_chunk(session, fetch, uids, after);
    if (chunk.empty()) break;
    after = chunk.back().uid;
    mailbox::UidSet marked;
    if (marks) {
      CO_TRY(marked, co_await mark_seen(session, chunk));
    }
    for (const auto& message : chunk) {
      auto told = co_await Fetching(session, fetch, message).tell(marked.contains(message.uid));
      if (!told && told.error().fault == Fault::Busy) co_return std::unexpected(std::move(told.error()));
      if (!told) failure = std::move(told.error());
      co_await session.wire.relieve();
    }
    co_await session.loop().yield();
  }
  if (failure) co_return std::unexpected(std::move(*failure));
  co_return Reply{"OK fetched"};
}

}  // namespace

// FETCH: rfc3501 6.4.5, rfc7162 3.1.4.
Answer run_fetch(Session& session, imap::Fetch command) { return fetch(session, std::move(command), false); }
Answer run_uid_fetch(Session& session, imap::Fetch command) { return fetch(session, std::move(command), true); }

}  // namespace postroad::imapd
