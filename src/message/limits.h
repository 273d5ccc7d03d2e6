#pragma once

#include <cstddef>

// What a sender can make grow in an index or a parsed header. Past each limit the result is the degraded one that is
// told here, and marked as such; it is never a reason to refuse a message.
namespace postroad::message::limits {

inline constexpr std::size_t kDepth = 64;               // deeper multiparts and messages are opaque leaves
inline constexpr std::size_t kParts = 1000;             // the last one then holds all the rest, opaque
inline constexpr std::size_t kFields = 4000;            // of the top header; further ones have no offsets
inline constexpr std::size_t kFieldBytes = 64UL << 10;  // of a field that is parsed; cut there
inline constexpr std::size_t kTextBytes = 256UL << 10;  // of all fields of a message that are parsed; none after
inline constexpr std::size_t kAddresses = 4096;         // of all address fields of a message; none after
inline constexpr std::size_t kParameters = 64;          // of one field
inline constexpr std::size_t kMessageIds = 128;         // of References: the first and the latest are kept
inline constexpr std::size_t kMessageIdBytes = 500;      // of one id; longer ones are skipped
inline constexpr std::size_t kFieldNameBytes = 255;     // a line with a longer name is junk
inline constexpr std::size_t kBoundaryBytes = 255;      // rfc2046 5.1.1 allows 70; longer ones are none
inline constexpr std::size_t kPreviewChars = 256;
inline constexpr std::size_t kPreviewSource = 16UL << 10;  // of the text part that the preview is made of
inline constexpr std::size_t kLineHead = 1024;          // of a line, to tell a boundary or a field's name

}  // namespace postroad::message::limits
