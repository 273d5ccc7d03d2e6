#include "imapd/convert.h"

#include <utility>

namespace postroad::imapd {

// Both have the flags of rfc3501 2.3.2 in the same bits.
static_assert(static_cast<int>(imap::SystemFlag::Seen) == mailbox::kSeen);
static_assert(static_cast<int>(imap::SystemFlag::Answered) == mailbox::kAnswered);
static_assert(static_cast<int>(imap::SystemFlag::Flagged) == mailbox::kFlagged);
static_assert(static_cast<int>(imap::SystemFlag::Deleted) == mailbox::kDeleted);
static_assert(static_cast<int>(imap::SystemFlag::Draft) == mailbox::kDraft);

mailbox::Flags to_mailbox(imap::Flags flags) { return {.system = flags.system, .keywords = std::move(flags.keywords)}; }
imap::Flags to_imap(mailbox::Flags flags) { return {.system = flags.system, .keywords = std::move(flags.keywords)}; }

Result<mailbox::UidSet> named_messages(const mailbox::View& view, const imap::SequenceSet& set, bool is_uid) {
  mailbox::UidSet uids;
  if (is_uid) {
    for (const auto& [first, last] : set.resolve(view.greatest_uid())) uids.add(first, last);
    return view.known(uids);
  }
  const auto exists = view.exists();
  if (set.greatest_named() > exists || (exists == 0 && !set.empty()))
    return fail(Fault::Syntax, "there is no message with that number");
  for (const auto& [first, last] : set.resolve(exists)) view.add_uids(first, last, uids);
  return uids;
}

}  // namespace postroad::imapd
