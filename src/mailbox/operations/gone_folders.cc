#include "mailbox/operations/gone_folders.h"

#include "base/text.h"
#include "mailbox/rows/keys.h"
#include "mailbox/rows/lists.h"

namespace postroad::mailbox {
namespace {

constexpr std::size_t kDigits = 8;

// `0000002a Work/Old`, in the order of deletion.
io::Task<Result<std::vector<std::string>>> names(Draft& draft) {
  CO_TRY(const auto row, co_await draft.row(std::string(keys::kGone)));
  if (!row) co_return std::vector<std::string>();
  co_return decode_names(*row, "row of deleted folders");
}

}  // namespace

io::Task<Result<>> note_gone(Draft& draft, FolderNumber number, std::string name) {
  CO_TRY(auto list, co_await names(draft));
  list.push_back(hex(number, kDigits) + " " + name);
  std::size_t bytes = 0;
  std::size_t kept = 0;
  while (kept < list.size() && kept < kGoneFolders) {
    bytes += list[list.size() - kept - 1].size();
    if (bytes > kGoneFoldersBytes) break;
    ++kept;
  }
  list.erase(list.begin(), list.end() - static_cast<std::ptrdiff_t>(kept));
  draft.put_row({std::string(keys::kGone), encode_names(list)});
  co_return Result<>();
}

io::Task<Result<std::map<FolderNumber, std::string>>> gone_folders(Draft& draft) {
  CO_TRY(const auto list, co_await names(draft));
  std::map<FolderNumber, std::string> made;
  for (const auto& each : list) {
    const auto number = parse_hex(std::string_view(each).substr(0, kDigits));
    if (!number || each.size() < kDigits + 2) co_return fail(Fault::Broken, "row of deleted folders is damaged");
    made[static_cast<FolderNumber>(*number)] = each.substr(kDigits + 1);
  }
  co_return made;
}

}  // namespace postroad::mailbox
