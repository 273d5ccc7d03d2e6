#pragma once

#include <string>

#include "base/result.h"

namespace postroad::appd {

// Refused, code BAD_VALUE, whether there is such a domain or not: administrators have no mailboxes.
Result<> not_administrators(const std::string& domain);

}  // namespace postroad::appd
