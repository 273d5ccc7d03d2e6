#include "smtp/hops.h"

#include "base/text.h"

namespace postroad::smtp {

std::size_t count_hops(std::string_view message) {
  std::size_t hops = 0;
  while (!message.empty() && !message.starts_with("\r\n")) {
    if ((message[0] == 'R' || message[0] == 'r') && starts_nocase(message, "Received:")) ++hops;
    const auto end = message.find("\r\n");
    if (end == message.npos) break;
    message.remove_prefix(end + 2);
  }
  return hops;
}

}  // namespace postroad::smtp
