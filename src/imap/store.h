#pragma once

#include <optional>

#include "imap/scanner.h"

namespace postroad::imap {

struct Store {
  SequenceSet set;
  enum class How { Replace, Add, Remove } how = How::Replace;
  bool silent = false;
  Flags flags;
  std::optional<std::uint64_t> unchanged_since;  // rfc7162 3.1.3
};
Result<Store> parse_store(Scanner in);

// COPY and MOVE.
struct Copy {
  SequenceSet set;
  std::string name;
};
Result<Copy> parse_copy(Scanner in);

// UID EXPUNGE.
struct UidExpunge {
  SequenceSet set;
};
Result<UidExpunge> parse_uid_expunge(Scanner in);

}  // namespace postroad::imap
