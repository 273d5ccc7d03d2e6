#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mailbox/uid_set.h"

// The rows that are lists.
namespace postroad::mailbox {

// Names of keywords or of subscribed folders.
std::string encode_names(const std::vector<std::string>& names);
Result<std::vector<std::string>> decode_names(std::string_view row, std::string_view what);

// A folder's expunges of late, oldest first. What it has lost is told by FolderRow::vanished_from.
struct Vanished {
  std::uint64_t modseq = 0;
  UidSet uids;
  bool operator==(const Vanished&) const = default;
};
inline constexpr std::size_t kVanishedBytes = 8192;
std::string encode(const std::vector<Vanished>& list);
Result<std::vector<Vanished>> decode_vanished(std::string_view row);

// Folders that were deleted of late, oldest first.
struct Destroyed {
  std::uint64_t modseq = 0;
  std::string id;
  bool operator==(const Destroyed&) const = default;
};
inline constexpr std::size_t kDestroyedFolders = 256;
std::string encode(const std::vector<Destroyed>& list);
Result<std::vector<Destroyed>> decode_destroyed(std::string_view row);

// Bodies that may be there and that no email names.
struct Garbage {
  enum class Why : std::uint8_t {
    Written = 1,  // written ahead; the commit that names it takes this row away
    Purged = 2,   // to be deleted; never to be named again
  };
  Why why = Why::Written;
  std::int64_t since_ms = 0;
  std::vector<std::string> email_ids;
  bool operator==(const Garbage&) const = default;
};
std::string encode(const Garbage& garbage);
Result<Garbage> decode_garbage(std::string_view row);

}  // namespace postroad::mailbox
