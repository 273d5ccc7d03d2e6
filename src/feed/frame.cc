#include "feed/frame.h"

#include "base/check.h"

namespace postroad::feed {

std::string frame(std::string_view content) {
  check(!content.empty() && content.size() <= kFrameBytes, "a frame holds 1 byte to 4 MiB");
  const auto length = static_cast<std::uint32_t>(content.size());
  std::string made;
  made.reserve(kFrameHead + content.size());
  for (int shift = 24; shift >= 0; shift -= 8) made += static_cast<char>(length >> shift & 0xff);
  return made.append(content);
}

Result<std::size_t> frame_length(std::string_view head) {
  check(head.size() == kFrameHead, "a frame's head has four bytes");
  std::size_t length = 0;
  for (const char c : head) length = length << 8 | static_cast<std::uint8_t>(c);
  if (length == 0 || length > kFrameBytes) return fail(Fault::Syntax, "a frame holds 1 byte to 4 MiB");
  return length;
}

}  // namespace postroad::feed
