#include "imapd/changes.h"

#include <fmt/format.h>

#include "imap/flags.h"
#include "imapd/convert.h"

namespace postroad::imapd {

std::string flag_names(const Session& session, const mailbox::Message& message) {
  auto made = imap::flags_text(to_imap(session.account->flags_of(message.flags)));
  if (message.is_recent) made += made.empty() ? "\\Recent" : " \\Recent";
  return made;
}

void put_flags(Session& session, const mailbox::Message& message, bool with_uid) {
  auto& out = session.wire.out();
  out += fmt::format("* {} FETCH (", message.sequence);
  if (with_uid) out += fmt::format("UID {} ", message.uid);
  out += fmt::format("FLAGS ({})", flag_names(session, message));
  if (session.is_condstore) out += fmt::format(" MODSEQ ({})", message.modseq);
  out += ")\r\n";
}

void put_defined_flags(Session& session) {
  std::string names(imap::kSystemFlags);
  for (const auto& keyword : session.account->keywords()) names += ' ' + keyword;
  session.untagged(fmt::format("FLAGS ({})", names));
  session.view->told_keywords();
  if (session.view->is_read_only()) return session.untagged("OK [PERMANENTFLAGS ()] read only");
  // \* tells that clients may make up keywords: as long as there is room for one.
  if (session.account->keywords().size() < mailbox::kKeywords) names += " \\*";
  session.untagged(fmt::format("OK [PERMANENTFLAGS ({})] kept", names));
}

void announce(Session& session, bool with_expunges) {
  if (!session.view->has_changes(with_expunges)) return;
  const auto changes = session.view->take_changes(with_expunges);
  for (const auto number : changes.expunged) session.untagged(fmt::format("{} EXPUNGE", number));
  if (changes.has_new) {
    session.untagged(fmt::format("{} EXISTS", changes.exists));
    session.untagged(fmt::format("{} RECENT", changes.recent));
  }
  if (changes.has_new_keywords) put_defined_flags(session);
  for (const auto& message : changes.flags) put_flags(session, message, true);
}

void enable_condstore(Session& session) {
  if (session.is_condstore) return;
  session.is_condstore = true;
  // rfc7162 3.1.2.1: so that the client knows where it starts.
  if (session.view)
    session.untagged(fmt::format("OK [HIGHESTMODSEQ {}] mod-sequences are told", session.view->status().highest_modseq));
}

}  // namespace postroad::imapd
