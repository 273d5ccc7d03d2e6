#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postroad::imap {

// Mailbox names on the wire are in modified UTF-7 (rfc3501 5.1.3), and in UTF-8 everywhere else.

// Nothing where `text` isn't what an encoder writes: 8-bit or control characters, printable ASCII in base64, a shift
// left open, lone surrogates. One name has so one form.
std::optional<std::string> from_mutf7(std::string_view text);

// `text` must be well-formed UTF-8.
std::string to_mutf7(std::string_view text);

}  // namespace postroad::imap
