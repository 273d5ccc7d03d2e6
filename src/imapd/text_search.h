#pragma once

#include <string>
#include <string_view>

#include "imapd/reading.h"

namespace postroad::imapd {

// Whether a field of the message's header holds the text, compared decoded and without regard to case. An empty text:
// whether there is such a field.  rfc3501 6.4.4 HEADER
io::Task<Result<bool>> header_has(Reading& reading, std::string field, std::string folded);

// Whether the text stands in the message's text parts, decoded, or the headers of messages in it; with `and_header` in
// its own header and its parts' headers, too. Reads part by part in pieces.  rfc3501 6.4.4 BODY, TEXT
io::Task<Result<bool>> text_has(Reading& reading, std::string folded, bool and_header);

// Looks for a text in another that comes in pieces.
class Finder {
 public:
  // `folded` by message::fold_case.
  explicit Finder(std::string folded) : folded_(std::move(folded)) {}
  // More of the text, in UTF-8, not folded; cut where characters don't join.
  bool found_in(std::string_view utf8);

 private:
  std::string folded_;
  std::string before_;  // the end of what came: a match may begin there
};

}  // namespace postroad::imapd
