#pragma once

#include "imapd/session.h"

namespace postroad::imapd {

// Tells what other sessions did to the selected mailbox, and what this one did that is told so.  rfc3501 7.3, 7.4
void announce(Session& session, bool with_expunges);

// "12 FETCH (UID 4 FLAGS (...))", with MODSEQ where CONDSTORE is on.
void put_flags(Session& session, const mailbox::Message& message, bool with_uid);
// What stands in the parentheses of FLAGS.
std::string flag_names(const Session& session, const mailbox::Message& message);
// FLAGS and PERMANENTFLAGS of the selected mailbox.  rfc3501 7.2.6, 7.1
void put_defined_flags(Session& session);

// From now on the client is told mod-sequences.  rfc7162 3.1
void enable_condstore(Session& session);

}  // namespace postroad::imapd
