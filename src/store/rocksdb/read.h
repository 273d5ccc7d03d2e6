#pragma once

#include <optional>

#include "store/rocksdb/database.h"

// Reads, on the calling thread. From memory they answer at once, or nothing where a file must be read; from disk they
// may wait for it, and always answer.
namespace postroad::store::rocksdb {

enum class From { Memory, Disk };

std::optional<Result<Got>> read_rows(Database& database, From from, const Partition& partition,
                                     const std::vector<std::string>& keys);
std::optional<Result<Scanned>> scan_rows(Database& database, From from, const Partition& partition,
                                         const std::string& prefix, const std::string& after, std::size_t limit);
std::optional<Result<format::PartitionHeader>> read_header(Database& database, From from, const Partition& partition);
std::optional<Result<std::string>> read_body(Database& database, From from, const std::string& id,
                                             std::uint64_t offset, std::size_t length);
// How many pieces the body has, the first of which is not looked for.
std::optional<Result<std::uint32_t>> count_pieces(Database& database, From from, const std::string& id);

}  // namespace postroad::store::rocksdb
