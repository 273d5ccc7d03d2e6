#include <fmt/format.h>

#include "imapd/changes.h"
#include "imapd/commands.h"
#include "imapd/matcher.h"

namespace postroad::imapd {
namespace {

constexpr std::size_t kChunk = 256;

// What a search found, and what its answer says of it.
struct Found {
  mailbox::UidSet matches;  // UIDs, or sequence numbers: they are ascending as well
  std::uint64_t highest_modseq = 0;
  std::uint64_t first_modseq = 0;
  std::uint64_t last_modseq = 0;

  void add(const mailbox::Message& message, bool is_uid) {
    if (matches.empty()) first_modseq = message.modseq;
    last_modseq = message.modseq;
    highest_modseq = std::max(highest_modseq, message.modseq);
    matches.add(is_uid ? message.uid : message.sequence);
  }
};

io::Task<Result<Found>> find(Session& session, const imap::Search& search, bool is_uid) {
  Found found;
  Matcher matcher(session, search);
  // The least is the first: nothing behind it is wanted.
  const bool only_min = search.extended && search.min && !search.max && !search.all && !search.count;
  mailbox::Uid after = 0;
  for (;;) {
    const auto chunk = session.view->messages(after, kChunk);
    if (chunk.empty()) co_return found;
    for (const auto& message : chunk) {
      CO_TRY(const bool matches, co_await matcher.matches(message));
      if (!matches) continue;
      found.add(message, is_uid);
      if (only_min) co_return found;
    }
    after = chunk.back().uid;
    co_await session.loop().yield();
  }
}

// rfc3501 7.2.5, rfc7162 3.1.5
io::Task<void> put_search(Session& session, const Found& found, bool tells_modseq) {
  auto& out = session.wire.out();
  out += "* SEARCH";
  for (const auto& [first, last] : found.matches.ranges()) {
    for (std::uint64_t number = first; number <= last; ++number) {
      out += ' ' + std::to_string(number);
      if (session.wire.is_full()) co_await session.wire.flush();
    }
  }
  if (tells_modseq && !found.matches.empty()) out += fmt::format(" (MODSEQ {})", found.highest_modseq);
  out += "\r\n";
}

// rfc4731 3.2: where only the least or the greatest are told, their mod-sequences count.
std::uint64_t modseq_of(const Found& found, const imap::Search& search) {
  if (search.all || search.count || (!search.min && !search.max)) return found.highest_modseq;
  return std::max(search.min ? found.first_modseq : 0, search.max ? found.last_modseq : 0);
}

// rfc4731 3.1, rfc4466 2.6.2 "esearch-response".
void put_esearch(Session& session, const imap::Search& search, const Found& found, bool is_uid, bool tells_modseq) {
  auto text = fmt::format("ESEARCH (TAG \"{}\")", session.tag);
  if (is_uid) text += " UID";
  if (!found.matches.empty()) {
    if (search.min) text += fmt::format(" MIN {}", found.matches.first());
    if (search.max) text += fmt::format(" MAX {}", found.matches.last());
    if (search.all) text += " ALL " + found.matches.text();
  }
  if (search.count) text += fmt::format(" COUNT {}", found.matches.count());
  if (tells_modseq && !found.matches.empty()) text += fmt::format(" MODSEQ {}", modseq_of(found, search));
  session.untagged(text);
}

Answer search(Session& session, imap::Search search, bool is_uid) {
  if (!search.is_utf8() && !message::is_known_charset(search.charset))
    co_return fail(Fault::Refused, "this charset is not known", "BADCHARSET (US-ASCII UTF-8)");
  const bool tells_modseq = search.key.uses(imap::SearchKey::Kind::ModSeq);
  if (tells_modseq) enable_condstore(session);
  CO_TRY(const auto found, co_await find(session, search, is_uid));
  if (search.extended)
    put_esearch(session, search, found, is_uid, tells_modseq);
  else
    co_await put_search(session, found, tells_modseq);
  co_return Reply{"OK searched"};
}

}  // namespace

// SEARCH: rfc3501 6.4.4, rfc4731, rfc7162 3.1.5.
Answer run_search(Session& session, imap::Search command) { return search(session, std::move(command), false); }
Answer run_uid_search(Session& session, imap::Search command) { return search(session, std::move(command), true); }

}  // namespace postroad::imapd
