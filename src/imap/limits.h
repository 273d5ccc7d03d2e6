#pragma once

#include <cstddef>
#include <cstdint>

// Whatever an IMAP client can make grow has a limit; those that a whole process shares stand in base/limits.h.
namespace postroad::imap {

inline constexpr std::size_t kTagBytes = 128;
inline constexpr std::size_t kCommandBytes = 192UL << 10;     // a command with all its literals but APPEND's message
inline constexpr std::size_t kStrangerBytes = 8UL << 10;      // the same before sign-in
inline constexpr int kLiterals = 64;                          // in one command
inline constexpr std::uint64_t kDrainBytes = 1UL << 20;       // of a LITERAL+ that is refused; a longer one ends the session
inline constexpr std::size_t kMailboxBytes = 1000;            // a mailbox's name in UTF-8
inline constexpr std::size_t kPatternBytes = 512;             // of LIST
inline constexpr std::size_t kKeywordBytes = 100;             // of a flag that a user made up
inline constexpr std::size_t kFlags = 64;                     // in one list
inline constexpr std::size_t kRanges = 16'384;                // of a sequence set
inline constexpr std::size_t kFetchItems = 64;
inline constexpr std::size_t kSectionDepth = 64;              // numbers in a section's part
inline constexpr std::size_t kSectionFields = 256;            // names in HEADER.FIELDS
inline constexpr int kSearchDepth = 24;                       // NOT, OR and parentheses in each other
inline constexpr int kSearchKeys = 512;
inline constexpr std::size_t kIdPairs = 30;                   // rfc2971 3.3
inline constexpr std::size_t kCapabilities = 32;              // named in one ENABLE

// A mod-sequence is a positive 63-bit number.  rfc7162 3.1
inline constexpr std::uint64_t kMostModSeq = INT64_MAX;

}  // namespace postroad::imap
