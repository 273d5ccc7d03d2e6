#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postroad::mailbox {

// What lies beside an email's body: what never changes and is wanted without the message.
struct Summary {
  std::vector<std::uint64_t> reference_hashes;  // under which its thread was looked up
  std::string record;                           // NewMail::summary
};
std::string encode(const Summary& summary);
Result<Summary> decode_summary(std::string_view bytes);

}  // namespace postroad::mailbox
