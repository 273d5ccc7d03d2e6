#pragma once

#include "migration/imap_talk.h"

namespace postroad::migration {

// Greeting, STARTTLS where the method begins in clear, capabilities, AUTHENTICATE PLAIN or LOGIN: rfc3501 3, 6.2. `talk` and
// `password` are the caller's.
io::Task<Result<>> sign_in(ImapTalk& talk, const Ways& ways, Remote remote, const sasl::Secret& password);

}  // namespace postroad::migration
