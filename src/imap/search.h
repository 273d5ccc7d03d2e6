#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "imap/scanner.h"

namespace postroad::imap {

// rfc3501 6.4.4. A tree; what a key doesn't use is empty.
struct SearchKey {
  enum class Kind {
    All,
    And,           // keys: all of them
    Or,            // keys: two
    Not,           // keys: one
    Flag,          // flags: one; has it
    Recent,        //
    Numbers, Uids, // set
    Header,        // field (upper-case) holds text; an empty text: the field is there
    Body, Text,    // text
    Before, On, Since,              // day: of the internal date
    SentBefore, SentOn, SentSince,  // day: of the Date field
    Larger, Smaller,                // number
    ModSeq,                         // number: at least.  rfc7162 3.1.5
    EmailId, ThreadId,              // text.  rfc8474 5.3
  };
  Kind kind = Kind::All;
  std::vector<SearchKey> keys;
  Flags flags;
  SequenceSet set;
  std::string field;
  std::string text;  // UTF-8
  std::chrono::sys_days day{};
  std::uint64_t number = 0;

  // Whether this key or one below it is of that kind.
  bool uses(Kind wanted) const;
};

struct Search {
  // RETURN (...): then the answer is one ESEARCH response.  rfc4731 3.1
  bool extended = false;
  bool min = false, max = false, all = false, count = false;
  std::string charset;  // upper-case; empty where none was named
  SearchKey key;        // And

  // Whether texts are UTF-8; else they are in `charset`, known or not.
  bool is_utf8() const { return charset.empty() || charset == "UTF-8" || charset == "US-ASCII"; }
};
Result<Search> parse_search(Scanner in);

}  // namespace postroad::imap
