#pragma once

#include <string>
#include <string_view>

#include "base/id.h"
#include "feed/settings.h"

namespace postroad::delivery {

// More than any welcome mail comes to: its text in base64 with line ends, and its header.
inline constexpr std::size_t kWelcomeLetterBytes = feed::kWelcomeBytes / 3 * 4 / 76 * 78 + (8UL << 10);

// A domain's welcome mail as a message to a new mailbox: UTF-8 in ASCII lines that end in CRLF, automatic (rfc3834 5). `id`,
// of an id's characters, and the recipient's domain make its Message-ID. `mail` has no flaw (feed::flaw_of).
std::string welcome_letter(const feed::WelcomeMail& mail, std::string_view recipient, std::string_view id, Time now);

}  // namespace postroad::delivery
