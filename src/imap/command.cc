#include "imap/command.h"

#include "base/text.h"
#include "imap/limits.h"

namespace postroad::imap {

Command split_command(std::string_view text) {
  Scanner in(text);
  Command command{.tag = {}, .name = {}, .arguments = Scanner(std::string_view())};
  const auto tag = in.run(kTagChar, 1, "tag");
  if (tag.size() > kTagBytes) return command;
  command.tag = tag;

  in.space();
  command.name = upper(in.run(kAtomChar, 1, "command"));
  // UID is a prefix of a few commands, which then read and answer otherwise: names of their own.  rfc3501 6.4.8
  if (command.name == "UID") {
    in.space();
    command.name += ' ' + upper(in.run(kAtomChar, 1, "command"));
  }
  if (in.failed()) command.name.clear();
  command.arguments = in;
  return command;
}

Result<Nothing> parse_nothing(Scanner in) {
  in.end();
  return in.result(Nothing{});
}

}  // namespace postroad::imap
