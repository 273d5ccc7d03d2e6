#include <fmt/format.h>

#include "imapd/changes.h"
#include "imapd/commands.h"
#include "imapd/convert.h"

namespace postroad::imapd {
namespace {

constexpr std::size_t kChunk = 256;

mailbox::FlagChange change_of(imap::Store& store) {
  using How = mailbox::FlagChange::How;
  const auto how = store.how == imap::Store::How::Replace ? How::Replace
                   : store.how == imap::Store::How::Add   ? How::Add
                                                          : How::Remove;
  return {.how = how, .flags = to_mailbox(std::move(store.flags))};
}

// FETCH responses for what was stored; of what was asked for silently only mod-sequences.  rfc3501 6.4.6, rfc7162 3.1.3
io::Task<void> put_stored(Session& session, const mailbox::UidSet& uids, bool silent, bool is_uid) {
  mailbox::Uid after = 0;
  for (;;) {
    const auto chunk = session.view->messages(uids, after, kChunk);
    if (chunk.empty()) co_return;
    for (const auto& message : chunk) {
      if (!silent)
        put_flags(session, message, is_uid);
      else if (is_uid)
        session.untagged(fmt::format("{} FETCH (UID {} MODSEQ ({}))", message.sequence, message.uid, message.modseq));
      else
        session.untagged(fmt::format("{} FETCH (MODSEQ ({}))", message.sequence, message.modseq));
    }
    after = chunk.back().uid;
    co_await session.wire.relieve();
  }
}

// As the command named them.
std::string named(const Session& session, const mailbox::UidSet& uids, bool is_uid) {
  if (is_uid) return uids.text();
  std::vector<std::uint32_t> numbers;
  for (const auto& message : session.view->messages(uids, 0, uids.count())) numbers.push_back(message.sequence);
  return imap::set_text(imap::ranges_of(numbers));
}

// Whether there were messages that nothing was done to: somebody has expunged them.
bool names_gone(const mailbox::UidSet& named, const mailbox::Stored& stored) {
  return named.count() > stored.changed.count() + stored.unchanged.count() + stored.modified.count();
}

Answer store(Session& session, imap::Store store, bool is_uid) {
  if (session.view->is_read_only()) co_return fail(Fault::Refused, "the mailbox is selected read-only");
  if (store.unchanged_since) enable_condstore(session);
  CO_TRY(const auto uids, named_messages(*session.view, store.set, is_uid));
  if (uids.empty()) co_return Reply{"OK there is no such message"};

  const auto keywords = session.account->keywords().size();
  CO_TRY(const auto stored, co_await session.account->store_flags(session.view->folder(), uids, change_of(store),
                                                                  store.unchanged_since));
  // Silence is about this change alone: where somebody else's came before it and has not been told, the flags are.
  const bool is_overtaken = stored.newest_before > session.view->told_modseq();
  const bool silent = store.silent && !is_overtaken;
  if (session.account->keywords().size() != keywords) put_defined_flags(session);
  session.view->told(stored.changed, stored.modseq);
  auto told = stored.changed;
  if (!silent)
    for (const auto& [first, last] : stored.unchanged.ranges()) told.add(first, last);
  if (!silent || session.is_condstore) co_await put_stored(session, told, silent, is_uid);

  if (!stored.modified.empty())
    co_return Reply{"OK [MODIFIED " + named(session, stored.modified, is_uid) + "] others were stored"};
  // rfc2180 4.2, rfc5530
  if (!is_uid && names_gone(uids, stored)) co_return fail(Fault::Refused, "some messages are gone", "EXPUNGEISSUED");
  co_return Reply{"OK stored"};
}

}  // namespace

// STORE: rfc3501 6.4.6, rfc7162 3.1.3.
Answer run_store(Session& session, imap::Store command) { return store(session, std::move(command), false); }
Answer run_uid_store(Session& session, imap::Store command) { return store(session, std::move(command), true); }

}  // namespace postroad::imapd
