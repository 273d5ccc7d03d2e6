#include <cstdint>

#include "base/check.h"
#include "feed/mailbox_calls.h"

using namespace postroad;
using namespace postroad::feed;

namespace {

// What was read is written so that it is read the same again.
template <class T>
void turn(std::string_view text, Result<T> (*read)(std::string_view)) {
  const auto first = read(text);
  if (!first) return;
  const auto again = read(to_json(*first));
  check(again.has_value() && *again == *first, "what is written is read the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  turn(text, mail_request_of);
  turn(text, mailbox_view_of);
  turn(text, mail_page_of);
  turn(text, mail_done_of);
  return 0;
}
