// POP3 replies: parsed and decoded, however they are cut.
#include <cstdlib>

#include "migration/pop3/reply.h"

using namespace postroad::migration::pop3;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_reply(text);
  (void)parse_stat(text);
  (void)parse_unique_id(text);
  std::string whole;
  Dots at_once;
  const auto taken = at_once.feed(text, whole);
  std::string pieces;
  Dots by_bytes;
  std::size_t count = 0;
  while (count < size && !by_bytes.is_done()) count += by_bytes.feed(text.substr(count, 1), pieces);
  if (whole != pieces || taken != count || at_once.is_done() != by_bytes.is_done()) std::abort();
  return 0;
}
