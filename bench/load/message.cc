#include "message.h"

#include <fmt/format.h>
#include <unistd.h>

namespace postroad::bench {

std::string make_message(const std::string& to, std::uint64_t number, std::size_t size_bytes) {
  auto text = fmt::format(
      "From: Load <load@sender.test>\r\n"
      "To: <{}>\r\n"
      "Subject: message {} of a measurement\r\n"
      "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
      "Message-ID: <{}.{}@sender.test>\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "\r\n",
      to, number, ::getpid(), number);
  while (text.size() < size_bytes)
    text += fmt::format("Line at {} of message {}: the quick brown fox jumps over the lazy dog.\r\n", text.size(), number);
  return text;
}

}  // namespace postroad::bench
