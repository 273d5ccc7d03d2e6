#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "feed/frame.h"
#include "feed/message.h"

// Frames from the other end: what is read as a message is written as one, which reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postroad;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (rest.size() >= feed::kFrameHead) {
    const auto length = feed::frame_length(rest.substr(0, feed::kFrameHead));
    rest.remove_prefix(feed::kFrameHead);
    if (!length) break;
    const auto content = rest.substr(0, *length);
    rest.remove_prefix(content.size());
    const auto message = feed::decode_message(content);
    if (!message) continue;
    const auto written = feed::encode(*message);
    const auto again = feed::decode_message(written);
    check(again.has_value() && again->index() == message->index(), "a message is written so that it is read");
    check(feed::encode(*again) == written, "a message is written in one way");
  }
  return 0;
}
