#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postroad::imap {

// A pattern of LIST and LSUB: "*" is anything, "%" anything without the separator "/".  rfc3501 6.3.8
//
// Matching takes at most the name's length times the pattern's, whatever the pattern.
class Pattern {
 public:
  // Both in UTF-8; the reference stands before the pattern unless that begins with the separator.
  Pattern(std::string_view reference, std::string_view pattern);
  bool matches(std::string_view name) const;
  // Without wildcards: at most this one name matches.
  bool is_plain() const;

 private:
  std::string pattern_;
};

}  // namespace postroad::imap
