#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace postroad::mailbox {

// rfc3501 2.3.2. \Recent belongs to a session's view, not to a message.
enum SystemFlag : std::uint8_t { kSeen = 1, kAnswered = 2, kFlagged = 4, kDeleted = 8, kDraft = 16 };
inline constexpr std::uint8_t kAllSystemFlags = 31;

// A message's flags: the five system flags in the lowest bits, above them one bit for each keyword of the account
// (Account::keywords). Meaningful within one account only.
using FlagBits = std::uint64_t;

// Keywords that one account may have, over all its folders and all its time.
inline constexpr std::size_t kKeywords = 59;
inline constexpr std::size_t kKeywordBytes = 100;

// Flags as a client names them. Keywords that differ in the case of ASCII letters are the same; the account keeps the
// first spelling that it met.
struct Flags {
  std::uint8_t system = 0;
  std::vector<std::string> keywords;  // without backslash: $Forwarded
  bool operator==(const Flags&) const = default;
};

// What STORE does.  rfc3501 6.4.6
struct FlagChange {
  enum class How { Replace, Add, Remove };
  How how = How::Replace;
  Flags flags;
};

// 1 to kKeywordBytes of atom characters, no leading backslash.  rfc3501 9 "flag-keyword"
bool is_keyword(std::string_view text);

}  // namespace postroad::mailbox
