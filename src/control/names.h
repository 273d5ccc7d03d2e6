#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// What requests may call things. Each gives the name as it is kept, or refuses with code BAD_VALUE and a text that
// says what is wrong.
namespace postroad::control {

inline constexpr std::size_t kTextBytes = 200;    // a person's name, a title
inline constexpr std::size_t kTargetsMost = 1000;

// In lower case. 3 to 160 bytes; labels of letters, digits and inner hyphens, 1 to 63 bytes each, at least two.
Result<std::string> domain_name(std::string_view text);
// 1 to 64 bytes of letters, digits, '.', '_', '-'; starts with a letter or a digit, ends with neither dot nor has two
// in a row. Case is kept.
Result<std::string> local_part(std::string_view text);
// One line of UTF-8 without control characters; may be empty. `what` names it in the refusal.
Result<std::string> one_line(std::string_view text, std::string_view what, std::size_t most = kTextBytes);
// A workgroup's name: one line, not empty, without commas and slashes.
Result<std::string> workgroup_name(std::string_view text);
// An IANA time zone, or nothing.
Result<std::string> timezone_name(std::string_view text);
// A well-formed BCP 47 tag whose language is of two or three letters, or nothing.  rfc5646 2.1
Result<std::string> language_tag(std::string_view text);
// `Normal`, `High`, `Very High`, given in any case, or nothing.
Result<std::string> spam_level_name(std::string_view text);
// `host` or `host:port`, or nothing.
Result<std::string> mail_host(std::string_view text);
// Where a forward or a group sends to: `local@domain`, in its own case. 1 to kTargetsMost of them, each once.
Result<std::vector<std::string>> mail_targets(const std::vector<std::string>& addresses);
// A company's name: one line, not empty.
Result<std::string> company_name(std::string_view text);
// An administrators' domain: as domain_name, and ends in `.adm`.
Result<std::string> admin_domain_name(std::string_view text);

// Whether the name is kept from everybody: `.adm` names, which no mail has.
bool is_reserved_domain(std::string_view name);

}  // namespace postroad::control
