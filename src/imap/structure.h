#pragma once

#include <string>

#include "message/summary.h"

namespace postroad::imap {

// ENVELOPE: rfc3501 7.4.2, 9 "envelope".
void put_envelope(std::string& out, const message::Envelope& envelope);

// BODYSTRUCTURE, or without the extension data BODY: rfc3501 7.4.2, 9 "body".
void put_body(std::string& out, const message::Part& part, bool with_extension);

}  // namespace postroad::imap
