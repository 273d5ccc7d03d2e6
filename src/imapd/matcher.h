#pragma once

#include <string>
#include <vector>

#include "imap/search.h"
#include "imapd/reading.h"
#include "imapd/session.h"
#include "message/characters.h"
#include "message/charset.h"
#include "message/text.h"

namespace postroad::imapd {

// A search key made ready for many messages: texts folded, sets resolved, keywords looked up, cheap ones first.
struct Criterion {
  const imap::SearchKey* key = nullptr;
  std::vector<Criterion> below;
  std::string folded;           // of text keys
  mailbox::UidSet set;          // of Numbers and Uids; UIDs
  mailbox::FlagBits flags = 0;  // of Flag; 0 where nothing can have it
  int cost = 0;                 // 0: the placement tells; then: a row; its header; its text
};

// Tells which messages of the selected mailbox a search means.
class Matcher {
 public:
  // Both must outlive it.
  Matcher(Session& session, const imap::Search& search);
  io::Task<Result<bool>> matches(const mailbox::Message& message);

 private:
  enum class Verdict { No, Yes, Unknown };
  Criterion prepare(const imap::SearchKey& key) const;
  mailbox::UidSet set_of(const imap::SearchKey& key) const;
  mailbox::FlagBits flags_of(const imap::SearchKey& key) const;

  // From the placement alone.
  Verdict glance(const Criterion& criterion, const mailbox::Message& message) const;
  Verdict glance_below(const Criterion& criterion, const mailbox::Message& message) const;
  // Whatever must be read for it.
  io::Task<Result<bool>> look(const Criterion& criterion, const mailbox::Message& message, Reading& reading);
  io::Task<Result<bool>> look_at_ids(const Criterion& criterion, Reading& reading);
  io::Task<Result<bool>> look_at_date(const Criterion& criterion, Reading& reading);

  Session& session_;
  const imap::Search& search_;
  Criterion root_;
};

}  // namespace postroad::imapd
