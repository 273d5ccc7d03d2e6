#pragma once

#include <map>

#include "mailbox/draft.h"

// What deleted folders were called: for what they held, which can be had back. The newest of them, in one row.
namespace postroad::mailbox {

inline constexpr std::size_t kGoneFolders = 500;
inline constexpr std::size_t kGoneFoldersBytes = 64UL << 10;

io::Task<Result<>> note_gone(Draft& draft, FolderNumber number, std::string name);
io::Task<Result<std::map<FolderNumber, std::string>>> gone_folders(Draft& draft);

}  // namespace postroad::mailbox
