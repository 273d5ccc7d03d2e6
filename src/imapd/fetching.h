#pragma once

#include "imap/fetch.h"
#include "imapd/reading.h"
#include "imapd/session.h"

namespace postroad::imapd {

// Tells one message's FETCH response.
class Fetching {
 public:
  // All must outlive it.
  Fetching(Session& session, const imap::Fetch& fetch, const mailbox::Message& message)
      : session_(session), fetch_(fetch), message_(message), reading_(*session.account, message.email) {}

  // `marked`: \Seen was set by this command, so that flags are told. Where it fails nothing of it is sent; where it
  // fails in the midst of a body that has gone out partly, the connection ends.
  io::Task<Result<>> tell(bool marked);

 private:
  io::Task<Result<>> tell_all(bool marked);
  io::Task<Result<>> tell_item(const imap::FetchItem& item);
  io::Task<Result<>> tell_structure(const imap::FetchItem& item);
  io::Task<Result<>> tell_id(const imap::FetchItem& item);
  io::Task<Result<>> tell_section(const imap::FetchItem& item);
  io::Task<Result<>> tell_fields(const imap::FetchItem& item, message::Range header);
  io::Task<Result<>> tell_bytes(message::Range range);
  io::Task<Result<std::optional<message::Range>>> range_of(const imap::Section& section);
  void put_flags();
  std::string& out() { return session_.wire.out(); }

  Session& session_;
  const imap::Fetch& fetch_;
  const mailbox::Message& message_;
  Reading reading_;
};

}  // namespace postroad::imapd
