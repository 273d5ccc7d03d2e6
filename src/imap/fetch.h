#pragma once

#include <optional>
#include <vector>

#include "imap/section.h"

namespace postroad::imap {

struct FetchItem {
  enum class Kind {
    Uid, Flags, InternalDate, Size, ModSeq, EmailId, ThreadId,  // of the placement or the email
    Envelope, Body, BodyStructure,                             // of its summary
    Section,                                                   // BODY[], RFC822 and their kin: of its bytes
  };
  Kind kind = Kind::Uid;
  Section section;
  std::optional<Partial> partial;
  bool peek = false;       // does not set \Seen
  std::string_view name;   // of the old RFC822 family, as the response has it; else empty
};

struct Fetch {
  SequenceSet set;
  std::vector<FetchItem> items;                // in the order asked for; each but sections once
  std::optional<std::uint64_t> changed_since;  // rfc7162 3.1.4.1

  bool has(FetchItem::Kind kind) const;
};
Result<Fetch> parse_fetch(Scanner in);

// The item's name in the response: BODY[1.MIME]<0>.
std::string item_text(const FetchItem& item);

}  // namespace postroad::imap
