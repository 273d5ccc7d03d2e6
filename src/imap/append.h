#pragma once

#include <optional>
#include <string>

#include "imap/gather.h"
#include "imap/scanner.h"

namespace postroad::imap {

struct Append {
  std::string name;
  Flags flags;
  std::optional<Time> internal_date;
  Literal message;  // what follows; not in the text
};
// The arguments up to and with the message's {310}, without the line end.
Result<Append> parse_append(Scanner in);

}  // namespace postroad::imap
