#pragma once

#include <string>
#include <string_view>

#include "message/part.h"

namespace postroad::message {

// A tree of parts in one line, for tests and for people: `multipart/mixed(text/plain"one" message/rfc822(text/plain"two"))`
// with the bodies of leaves, line ends as | .
std::string outline(const Part& part, std::string_view message);

}  // namespace postroad::message
