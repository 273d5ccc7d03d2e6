#include "imap/flags.h"

namespace postroad::imap {

std::string flags_text(const Flags& flags) {
  struct Row {
    SystemFlag flag;
    std::string_view name;
  };
  static constexpr Row kRows[] = {{SystemFlag::Answered, "\\Answered"},
                                  {SystemFlag::Flagged, "\\Flagged"},
                                  {SystemFlag::Deleted, "\\Deleted"},
                                  {SystemFlag::Seen, "\\Seen"},
                                  {SystemFlag::Draft, "\\Draft"}};
  std::string made;
  const auto put = [&made](std::string_view name) {
    if (!made.empty()) made += ' ';
    made += name;
  };
  for (const auto& row : kRows)
    if (flags.has(row.flag)) put(row.name);
  for (const auto& keyword : flags.keywords) put(keyword);
  return made;
}

}  // namespace postroad::imap
