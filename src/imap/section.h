#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imap/scanner.h"

namespace postroad::imap {

// What of a message BODY[...] names.  rfc3501 6.4.5
struct Section {
  enum class What { All, Header, HeaderFields, HeaderFieldsNot, Text, Mime };
  std::vector<std::uint32_t> part;  // 4.2.1; empty: the message itself
  What what = What::All;
  std::vector<std::string> fields;  // of HeaderFields and HeaderFieldsNot, upper-case
};

// <offset.length>; length is at least 1.
struct Partial {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

// From "[" to "]".
Section parse_section(Scanner& in);
std::optional<Partial> parse_partial(Scanner& in);

// As it stands in the response: 4.2.HEADER.FIELDS (FROM TO).
std::string section_text(const Section& section);

}  // namespace postroad::imap
