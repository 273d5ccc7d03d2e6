#pragma once

#include <string>
#include <string_view>

#include "imap/scanner.h"

namespace postroad::imap {

// rfc3501 9 "command": its tag, its name and what follows.
struct Command {
  std::string tag;    // empty where there is none that could be answered to
  std::string name;   // upper-case; "UID FETCH" is a name; empty where there is none
  Scanner arguments;  // from the space after the name; reads the text that the command was split from
};

// `text` must outlive the command.
Command split_command(std::string_view text);

// Of the commands that have no arguments.
struct Nothing {};
Result<Nothing> parse_nothing(Scanner in);

}  // namespace postroad::imap
