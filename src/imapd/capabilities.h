#pragma once

#include <string>

#include "imapd/session.h"

namespace postroad::imapd {

// What CAPABILITY tells now: everything, since not all clients ask again after the sign-in; and before it how to sign
// in.
std::string capabilities(const Session& session);

}  // namespace postroad::imapd
