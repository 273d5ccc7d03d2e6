#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

// The format versions of what lies in a store. All that is written bears one; one that is newer than this program knows
// is refused with a sentence that says so, and never guessed at. docs/store.md describes the bytes.
namespace postroad::store::format {

inline constexpr std::uint8_t kStore = 1;      // which keys and column families there are
inline constexpr std::uint8_t kPartition = 1;  // a partition's header row
inline constexpr std::uint8_t kBody = 1;       // a piece of a body

// Broken, with a sentence, where `found` is 0 or newer than `newest`. `what`: "row of a folder", "body piece".
Result<> check_version(std::uint8_t found, std::uint8_t newest, std::string_view what);

// What stands first in a partition: it is read with every get and scan, and written with every commit.
struct PartitionHeader {
  std::uint64_t version = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // of keys and values
  bool operator==(const PartitionHeader&) const = default;
};
std::string encode(const PartitionHeader& header);
Result<PartitionHeader> decode_partition(std::string_view stored);

// What stands before the bytes of each piece of a body, so that compression and encryption come without migration.
struct BodyHeader {
  std::uint8_t codec = 0;   // 0: as it is
  std::uint8_t key_id = 0;  // 0: in clear
};
inline constexpr std::size_t kBodyHeaderBytes = 3;
std::string encode(const BodyHeader& header);
// The bytes behind the header; a view into `stored`. Refuses codecs and keys that it does not know.
Result<std::string_view> decode_body(std::string_view stored);

}  // namespace postroad::store::format
