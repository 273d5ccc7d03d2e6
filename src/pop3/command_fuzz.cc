#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "pop3/command.h"
#include "pop3/multiline.h"

using namespace postroad;

// No line of a client does harm, and no message gets out of its response: the only line that is a dot alone is the last.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto line = pop3::parse_line(text)) {
    (void)pop3::parse_nothing(line->rest);
    (void)pop3::parse_number(line->rest);
    (void)pop3::parse_maybe_number(line->rest);
    (void)pop3::parse_top(line->rest);
    (void)pop3::parse_text(line->rest);
    (void)pop3::parse_auth(line->rest);
  }
  pop3::Multiline whole;
  std::string got = "\r\n";
  whole.feed(text, got);
  whole.finish(got);
  check(got.find("\n.\r\n") == got.size() - 4, "only the end is a dot alone");
  return 0;
}
