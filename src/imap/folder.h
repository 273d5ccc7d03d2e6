#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imap/scanner.h"

namespace postroad::imap {

// The commands on mailboxes as a whole.

struct Create {
  std::string name;  // without the separator at its end that only announces children.  rfc3501 6.3.3
  std::vector<std::string> uses;  // lower-case, with their backslash: \sent.  rfc6154 6
};
Result<Create> parse_create(Scanner in);

struct Rename {
  std::string from;
  std::string to;
};
Result<Rename> parse_rename(Scanner in);

// DELETE, SUBSCRIBE, UNSUBSCRIBE.
struct Named {
  std::string name;
};
Result<Named> parse_named(Scanner in);

// SELECT and EXAMINE.
struct Select {
  std::string name;
  bool condstore = false;  // rfc7162 3.1.8
};
Result<Select> parse_select(Scanner in);

// LIST and LSUB.
struct List {
  std::string reference;
  std::string pattern;  // empty: what the separator is.  rfc3501 6.3.8
};
Result<List> parse_list(Scanner in);

enum class StatusItem { Messages, Recent, UidNext, UidValidity, Unseen, HighestModSeq, Size, MailboxId, AppendLimit };
std::string_view status_name(StatusItem item);
struct Status {
  std::string name;
  std::vector<StatusItem> items;  // each once
};
Result<Status> parse_status(Scanner in);

}  // namespace postroad::imap
