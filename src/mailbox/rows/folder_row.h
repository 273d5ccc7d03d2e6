#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "mailbox/folder.h"

namespace postroad::mailbox {

inline constexpr std::uint8_t kFolderFormat = 1;

struct FolderRow {
  FolderNumber number = 0;
  std::string id;                    // base/id.h, type 'f'
  std::string name;                  // canonical; of a dropped one: as it last was
  Role role = Role::None;
  std::uint32_t uid_validity = 0;
  Uid uid_next = 1;
  Uid recent_from = 1;               // this and greater UIDs have not been shown to a read-write view
  std::uint64_t highest_modseq = 1;
  std::uint64_t created_modseq = 1;
  std::uint64_t vanished_from = 0;   // expunges after this mod-sequence are in the row of vanished ones
  std::uint32_t messages = 0;
  std::uint32_t unseen = 0;
  std::uint32_t deleted = 0;
  std::uint64_t size_bytes = 0;
  bool is_dropped = false;           // deleted; what it holds is still being moved away
  bool operator==(const FolderRow&) const = default;
};
std::string encode(const FolderRow& folder);
// `number` is the row's key's.
Result<FolderRow> decode_folder(FolderNumber number, std::string_view row);

}  // namespace postroad::mailbox
