#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "message/limits.h"

namespace postroad::message {

// The ids of a Message-ID, In-Reply-To or References value, without angle brackets, comments and white space; in
// order, no id twice. rfc5322 3.6.4 with obs- forms: words that aren't ids are skipped. Where there are more than
// `most`, the first and the latest stay.
std::vector<std::string> parse_message_ids(std::string_view value, std::size_t most = limits::kMessageIds);

}  // namespace postroad::message
