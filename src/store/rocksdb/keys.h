#pragma once

#include <string>
#include <string_view>

#include "store/engine.h"

// The keys in RocksDB.  docs/store.md
//
//   rows      partition NUL          the partition's header
//             partition NUL key      a row
//             NUL name               the store's own
//   bodies    id NUL piece           four bytes, most significant first
//
// No name has a NUL, so a partition's keys lie together, from `partition NUL` to `partition SOH`.
namespace postroad::store::rocksdb {

inline constexpr std::string_view kFormatKey{"\0format", 7};
inline constexpr std::string_view kOpeningsKey{"\0openings", 9};  // how often the store was opened

inline std::string header_key(std::string_view partition) { return std::string(partition) + '\0'; }
inline std::string end_key(std::string_view partition) { return std::string(partition) + '\1'; }

inline std::string row_key(std::string_view partition, std::string_view key) {
  std::string full;
  full.reserve(partition.size() + 1 + key.size());
  return full.append(partition).append(1, '\0').append(key);
}

inline std::string piece_key(std::string_view id, std::uint32_t piece) {
  auto key = header_key(id);
  for (const int shift : {24, 16, 8, 0}) key.push_back(static_cast<char>(piece >> shift));
  return key;
}

}  // namespace postroad::store::rocksdb
