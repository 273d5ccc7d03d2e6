#pragma once

#include "imap/flags.h"
#include "imap/sequence_set.h"
#include "mailbox/flags.h"
#include "mailbox/uid_set.h"
#include "mailbox/view.h"

// Between the words of the protocol and those of the mailbox.
namespace postroad::imapd {

mailbox::Flags to_mailbox(imap::Flags flags);
imap::Flags to_imap(mailbox::Flags flags);

// The UIDs that a set of a command names, as far as the view shows them: given by sequence numbers, which must exist
// (Syntax, rfc3501 9 "seq-number"), or with `is_uid` by UIDs, which need not.
Result<mailbox::UidSet> named_messages(const mailbox::View& view, const imap::SequenceSet& set, bool is_uid);

}  // namespace postroad::imapd
