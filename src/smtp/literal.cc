#include "smtp/literal.h"

#include "base/chars.h"
#include "base/text.h"

namespace postroad::smtp {
namespace {

// IPv4-address-literal: Snum 3("." Snum).
bool is_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return false;
  for (const auto part : parts)
    if (part.size() > 3 || !parse_number(part, 255)) return false;
  return true;
}

// How many groups of 16 bits `text` holds (an IPv4 tail counts two), or -1 where it is malformed. No "::" in it.
int ipv6_groups(std::string_view text, bool tail_allowed) {
  if (text.empty()) return 0;
  const auto parts = split(text, ':');
  int groups = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = parts[i];
    if (tail_allowed && i + 1 == parts.size() && part.contains('.')) {
      if (!is_ipv4(part)) return -1;
      groups += 2;
      continue;
    }
    if (part.empty() || part.size() > 4 || !kHexDigit.has_all(part)) return -1;
    ++groups;
  }
  return groups;
}

// IPv6-addr: IPv6-full, IPv6-comp, IPv6v4-full, IPv6v4-comp.
bool is_ipv6(std::string_view text) {
  const auto gap = text.find("::");
  if (gap == text.npos) return ipv6_groups(text, true) == 8;
  if (text.find("::", gap + 1) != text.npos) return false;
  const int before = ipv6_groups(text.substr(0, gap), false);
  const int after = ipv6_groups(text.substr(gap + 2), true);
  // "::" stands for two groups at least in rfc5321, for one in rfc4291: the wider rule is taken.
  return before >= 0 && after >= 0 && before + after <= 7;
}

}  // namespace

bool is_address_literal(std::string_view text) {
  constexpr std::string_view kTag = "IPv6:";
  if (starts_nocase(text, kTag)) return is_ipv6(text.substr(kTag.size()));
  return is_ipv4(text);
}

}  // namespace postroad::smtp
