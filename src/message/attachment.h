#pragma once

#include "message/part.h"

namespace postroad::message {

// Whether a client would show something of the message as a file to open or save: rfc8621 4.1.4. Signatures, pictures that
// an HTML text shows, and what reports are made of don't count.
bool has_attachment(const Part& root);

}  // namespace postroad::message
