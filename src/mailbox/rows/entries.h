#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "mailbox/flags.h"
#include "mailbox/folder.h"
#include "mailbox/mail.h"

// What stands in the pages of an account's tables. A table is ordered by number(); table.h tells how it is paged.
namespace postroad::mailbox {

// When pages are made, cut and joined: a new page is for 2^born_bits numbers; it is cut in two above `most` entries; and
// where it lost some it is joined to a neighbour if both together have at most `least`. So, whatever was deleted, two
// neighbours hold more than `least`: a million placements lie in 17,900 pages at most.
struct PageShape {
  unsigned born_bits;
  std::size_t most;
  std::size_t least;
};

// An email in a folder; what can change of it. By UID, one table a folder.
struct Placement {
  Uid uid = 0;
  std::uint32_t size_bytes = 0;
  EmailNumber email = 0;
  FlagBits flags = 0;
  std::uint64_t modseq = 0;
  std::int64_t date = 0;  // internal date, seconds since 1970

  std::uint64_t number() const { return uid; }
  bool has(SystemFlag flag) const { return (flags & flag) != 0; }
  static constexpr PageShape kShape{6, 128, 112};
  bool operator==(const Placement&) const = default;
};

// An email; what never changes of it.
struct EmailEntry {
  EmailNumber email = 0;
  IdBytes id{};
  std::uint64_t thread = 0;
  std::uint64_t created = 0;  // mod-sequence
  std::uint64_t size_bytes = 0;

  std::uint64_t number() const { return email; }
  static constexpr PageShape kShape{6, 128, 112};
  bool operator==(const EmailEntry&) const = default;
};

// A conversation.
struct ThreadEntry {
  std::uint64_t thread = 0;
  IdBytes id{};
  std::vector<EmailNumber> emails;  // ascending, at least one, at most kThreadEmails

  std::uint64_t number() const { return thread; }
  static constexpr PageShape kShape{6, 128, 112};
  bool operator==(const ThreadEntry&) const = default;
};
inline constexpr std::size_t kThreadEmails = 500;  // then another thread begins

// An email with more than one placement.
struct ShareEntry {
  EmailNumber email = 0;
  std::uint64_t count = 0;  // of its placements, at least 2

  std::uint64_t number() const { return email; }
  static constexpr PageShape kShape{12, 512, 448};
  bool operator==(const ShareEntry&) const = default;
};

// An email without any placement, until it is purged.
struct RecoverableEntry {
  EmailNumber email = 0;
  FolderNumber folder = 0;       // its last placement
  Uid uid = 0;
  FlagBits flags = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t date = 0;
  std::int64_t expunged_at = 0;  // seconds since 1970
  std::uint64_t modseq = 0;      // of the expunge: the email's destroyed version

  std::uint64_t number() const { return email; }
  static constexpr PageShape kShape{12, 256, 224};
  bool operator==(const RecoverableEntry&) const = default;
};

// Pages as rows. Entries ascend; a page is never empty. Decoding refuses, as Broken, what encode() would not write.
std::string encode(const std::vector<Placement>& page);
std::string encode(const std::vector<EmailEntry>& page);
std::string encode(const std::vector<ThreadEntry>& page);
std::string encode(const std::vector<ShareEntry>& page);
std::string encode(const std::vector<RecoverableEntry>& page);
Result<> decode(std::string_view row, std::vector<Placement>& page);
Result<> decode(std::string_view row, std::vector<EmailEntry>& page);
Result<> decode(std::string_view row, std::vector<ThreadEntry>& page);
Result<> decode(std::string_view row, std::vector<ShareEntry>& page);
Result<> decode(std::string_view row, std::vector<RecoverableEntry>& page);

}  // namespace postroad::mailbox
