#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace postroad::feed {

// A frame: four bytes of length, big-endian, and as many bytes of content.
inline constexpr std::size_t kFrameBytes = 4UL << 20;  // of content
inline constexpr std::size_t kFrameHead = 4;

// Stops the process where the content is too long: whoever sends bounds it first.
std::string frame(std::string_view content);

// The content's length, of the first four bytes. Syntax where it is zero or beyond kFrameBytes.
Result<std::size_t> frame_length(std::string_view head);

}  // namespace postroad::feed
