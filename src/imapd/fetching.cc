#include "imapd/fetching.h"

#include <fmt/format.h>

#include "imap/format.h"
#include "imap/structure.h"
#include "imapd/changes.h"

namespace postroad::imapd {
namespace {
using Kind = imap::FetchItem::Kind;
}

io::Task<Result<>> Fetching::tell(bool marked) {
  const auto start = out().size();
  const auto sends = session_.wire.sends();
  auto told = co_await tell_all(marked);
  if (told) co_return told;
  if (session_.wire.sends() != sends) {
    // The client was promised bytes that there are not: it must not take what follows for them.
    session_.parts.log.error("imap.fetch_cut", {{"session", session_.id},
                                                {"account", session_.identity.account},
                                                {"uid", message_.uid},
                                                {"why", told.error().text}});
    throw io::Ended(io::Ended::Why::Reset, "a message could not be read to its end");
  }
  out().resize(start);
  co_return told;
}

io::Task<Result<>> Fetching::tell_all(bool marked) {
  out() += fmt::format("* {} FETCH (", message_.sequence);
  for (const auto& item : fetch_.items) {
    if (&item != &fetch_.items.front()) out() += ' ';
    CO_TRY_OK(co_await tell_item(item));
  }
  if (marked && !fetch_.has(Kind::Flags)) {
    out() += ' ';
    put_flags();
    if (session_.is_condstore && !fetch_.has(Kind::ModSeq)) out() += fmt::format(" MODSEQ ({})", message_.modseq);
  }
  out() += ")\r\n";
  co_return Result<>();
}

void Fetching::put_flags() { out() += "FLAGS (" + flag_names(session_, message_) + ")"; }

io::Task<Result<>> Fetching::tell_item(const imap::FetchItem& item) {
  switch (item.kind) {
    case Kind::Uid: out() += fmt::format("UID {}", message_.uid); break;
    case Kind::Flags: put_flags(); break;
    case Kind::Size: out() += fmt::format("RFC822.SIZE {}", message_.size_bytes); break;
    case Kind::ModSeq: out() += fmt::format("MODSEQ ({})", message_.modseq); break;
    case Kind::InternalDate:
      out() += "INTERNALDATE ";
      imap::put_date_time(out(), Time(std::chrono::seconds(message_.internal_date)));
      break;
    case Kind::EmailId:
    case Kind::ThreadId: co_return co_await tell_id(item);
    case Kind::Envelope:
    case Kind::Body:
    case Kind::BodyStructure: co_return co_await tell_structure(item);
    case Kind::Section: co_return co_await tell_section(item);
  }
  co_return Result<>();
}

// rfc8474 5.1, 5.2.
io::Task<Result<>> Fetching::tell_id(const imap::FetchItem& item) {
  CO_TRY(const auto email, co_await reading_.email());
  out() += fmt::format("{} ({})", imap::item_text(item), item.kind == Kind::EmailId ? email.id : email.thread_id);
  co_return Result<>();
}

io::Task<Result<>> Fetching::tell_structure(const imap::FetchItem& item) {
  CO_TRY(const auto* const summary, co_await reading_.summary());
  out() += imap::item_text(item) + ' ';
  if (item.kind == Kind::Envelope)
    imap::put_envelope(out(), summary->envelope());
  else
    imap::put_body(out(), summary->root, item.kind == Kind::BodyStructure);
  co_return Result<>();
}

}  // namespace postroad::imapd
