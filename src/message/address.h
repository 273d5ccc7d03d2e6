#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "message/limits.h"

namespace postroad::message {

// One entry of an address list. A group is a GroupStart, its mailboxes and a GroupEnd, in this order, always paired.
// No text holds NUL, CR or LF; 8-bit text is as it came.
struct Address {
  enum class Kind { Mailbox, GroupStart, GroupEnd };
  Kind kind = Kind::Mailbox;
  std::string name;     // display name, or of a comment behind a bare address; or the group's: unquoted, one space
                        // between words, encoded words not decoded (decode_text does)
  std::string route;    // obs-route, "@a,@b", without the colon; nearly always empty
  std::string mailbox;  // local-part, unquoted
  std::string host;     // domain, with [] where a literal; empty where the sender gave none (IMAP: never print NIL)
  bool operator==(const Address&) const = default;
};

// All addresses of a From, To, ... value (folded or not): rfc5322 3.4 with its obs- forms, rfc6854, rfc6532. Never
// fails: what isn't an address is skipped to the next comma, or becomes a Mailbox without a host. At most `most`
// entries, so the work is linear in the value's size.
std::vector<Address> parse_addresses(std::string_view value, std::size_t most = limits::kAddresses);

// `local@domain`, the local part quoted where it must be; without the name. Empty for a group's start and end.
std::string addr_spec(const Address& address);

// `"Name" <local@domain>` for a header; the name is UTF-8 and is encoded (build.h) where it isn't ASCII.
std::string format_address(const Address& address);

}  // namespace postroad::message
