#pragma once

#include <string>

#include "imapd/session.h"

namespace postroad::imapd {

// What CAPABILITY tells now: before the sign-in how to do it, after it everything.
std::string capabilities(const Session& session);

}  // namespace postroad::imapd
