#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "imap/flags.h"

namespace postroad::imap {

// What responses are made of; each appends to `out`.

// The shortest form that can hold `text`: quoted, or a literal where there are line ends, 8-bit characters, NUL or
// many bytes. A NUL, which no literal may hold, becomes a space.  rfc3501 4.3
void put_string(std::string& out, std::string_view text);
// NIL where there is none.
void put_nstring(std::string& out, const std::optional<std::string>& text);
// An atom where it can be one.
void put_astring(std::string& out, std::string_view text);
// `name` is UTF-8.
void put_mailbox(std::string& out, std::string_view name);
// "17-Jul-1996 02:44:25 +0000", in UTC.
void put_date_time(std::string& out, Time time);
// Text that is safe on a response line: controls and 8-bit become '?', and it ends after 500 bytes.
void put_text(std::string& out, std::string_view text);

}  // namespace postroad::imap
