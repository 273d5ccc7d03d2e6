#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "mailbox/uid_set.h"

namespace postroad::mailbox {

// Identifies a folder within its account, for ever: a rename keeps it, and it is never given again. 0 is none.
using FolderNumber = std::uint32_t;

// Special use.  rfc6154 2, rfc8621 2
enum class Role : std::uint8_t { None, Inbox, Sent, Drafts, Trash, Junk, Archive };
// `\Sent`; empty for None and Inbox.
std::string_view role_attribute(Role role);

inline constexpr char kSeparator = '/';
inline constexpr std::size_t kFolderNameBytes = 1000;
inline constexpr std::size_t kFolderPartBytes = 250;
inline constexpr std::size_t kFolderDepth = 20;

// The canonical form of a folder's name: UTF-8; `INBOX`, in any case, as the first part is spelt so. Refused (code
// CANNOT) are empty parts (also by a separator at either end), `.` and `..`, controls, `*` and `%`, what is not UTF-8,
// and what is too long or too deep. Names that differ in case are different.  rfc3501 5.1, rfc9051 5.1
Result<std::string> canonical_name(std::string_view name);

// A folder as it is now, or a name that is listed without being one.
struct Folder {
  FolderNumber number = 0;      // 0: no folder; only its children, or a subscription to it, exist: \NonExistent
  std::string name;             // canonical
  std::string id;               // MAILBOXID, base/id.h with type 'f'.  rfc8474 4.1
  Role role = Role::None;
  std::uint32_t uid_validity = 0;
  Uid uid_next = 1;
  std::uint64_t highest_modseq = 1;  // rfc7162 3.1.2.1; at least 1
  std::uint32_t messages = 0;
  std::uint32_t unseen = 0;     // without \Seen
  std::uint32_t deleted = 0;    // with \Deleted
  std::uint32_t recent = 0;     // that no read-write view has been shown
  std::uint64_t size_bytes = 0; // the sum over its messages.  rfc8438
  bool is_subscribed = false;
  bool has_children = false;
};

}  // namespace postroad::mailbox
