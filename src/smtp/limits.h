#pragma once

#include <cstddef>
#include <cstdint>

// What bounds the grammar. The limits that an operator may change are base/limits.h and smtpd::Options.
namespace postroad::smtp {

// rfc5321 4.5.3.1.1 asks for 64 octets at least; bounce addresses that carry an address are longer in the field.
inline constexpr std::size_t kLocalPartBytes = 256;
inline constexpr std::size_t kDomainBytes = 255;  // rfc5321 4.5.3.1.2
inline constexpr std::size_t kLabelBytes = 63;    // rfc1035 2.3.4
inline constexpr std::size_t kHelloBytes = 255;
inline constexpr std::size_t kEnvidBytes = 100;   // rfc3461 4.4, decoded
inline constexpr std::size_t kOrcptBytes = 500;   // rfc3461 4.2
inline constexpr std::size_t kParameters = 16;    // of one command
inline constexpr std::size_t kReplyLineBytes = 512;  // rfc5321 4.5.3.1.5, with its CRLF
// rfc1870 4: SIZE has at most 20 digits; no count of ours needs the last bit.
inline constexpr std::uint64_t kMostBytes = INT64_MAX;

}  // namespace postroad::smtp
