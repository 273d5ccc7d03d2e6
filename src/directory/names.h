#pragma once

#include <optional>
#include <string>
#include <string_view>

// Addresses as they are compared.
namespace postroad::directory {

// A domain's name in lower case and A-labels, without a trailing dot. Nothing where it is none: too long, an empty or
// over-long label, a character that no host name has, invalid UTF-8 or IDNA (rfc5891, UTS #46 non-transitional).
std::optional<std::string> fold_domain(std::string_view name);

// A local part as it is compared: quotes that are not needed taken off (rfc5321 4.1.2), NFC, case folded. Nothing
// where it is empty, too long, invalid UTF-8 or holds a control character.
std::optional<std::string> fold_local(std::string_view local);

struct SplitAddress {
  std::string local;   // folded
  std::string domain;  // folded
};
// At the last `@`. Nothing where either part is none.
std::optional<SplitAddress> fold_address(std::string_view address);

}  // namespace postroad::directory
