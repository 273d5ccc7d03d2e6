#pragma once

#include <string>
#include <string_view>

#include "message/part.h"

namespace postroad::message {

// The preview of a message, of the first octets of a text part (at most limits::kPreviewSource of them are looked at),
// still encoded: decoded, HTML taken off, quoted lines left out where others remain, white space folded to one space.
// rfc8970. UTF-8, one line, at most limits::kPreviewChars characters.
std::string make_preview(const Part& part, std::string_view body);

}  // namespace postroad::message
