#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postroad::imap {

// rfc3501 2.3.2. \Recent is not among them: no client sets it.
enum class SystemFlag : std::uint8_t { Seen = 1, Answered = 2, Flagged = 4, Deleted = 8, Draft = 16 };
inline constexpr std::string_view kSystemFlags = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";

struct Flags {
  std::uint8_t system = 0;             // bits of SystemFlag
  std::vector<std::string> keywords;   // as written; one that differs in case only is the same

  bool has(SystemFlag flag) const { return (system & static_cast<std::uint8_t>(flag)) != 0; }
  void set(SystemFlag flag) { system |= static_cast<std::uint8_t>(flag); }
  bool operator==(const Flags&) const = default;
};

// Without parentheses: \Seen $Forwarded. Empty where there are none.
std::string flags_text(const Flags& flags);

}  // namespace postroad::imap
