#include "store/rocksdb/read.h"

#include <algorithm>

#include "store/rocksdb/keys.h"

namespace postroad::store::rocksdb {
namespace {

using ::rocksdb::Slice;

std::string_view view(const Slice& slice) { return {slice.data(), slice.size()}; }

// Looks keys up, all in one view.
//
// Without reading files this must be an iterator: Get and MultiGet then answer OK with no value, or 'not found', where
// the block or the index that they need is not in memory. An iterator says that it is incomplete.
class Lookup {
 public:
  // Sees nothing from `end` on: so it never goes over into another partition, or reads the next body's blob.
  Lookup(Database& database, From from, ::rocksdb::ColumnFamilyHandle* family, std::string end)
      : end_(std::move(end)), bound_(end_) {
    ::rocksdb::ReadOptions options;
    options.read_tier = from == From::Memory ? ::rocksdb::kBlockCacheTier : ::rocksdb::kReadAllTier;
    options.iterate_upper_bound = &bound_;
    at_.reset(database.db().NewIterator(options, family));
  }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  // NotFound, Incomplete, an error, or the value, valid until the next call.
  ::rocksdb::Status find(const std::string& key, std::string_view& value) {
    at_->Seek(key);
    if (!at_->status().ok()) return at_->status();
    if (!at_->Valid() || view(at_->key()) != key) return ::rocksdb::Status::NotFound();
    value = view(at_->value());
    return {};
  }
  ::rocksdb::Iterator& at() { return *at_; }

 private:
  const std::string end_;
  const Slice bound_;
  std::unique_ptr<::rocksdb::Iterator> at_;
};

// What follows after all keys that start with `key`, within the partition.
std::string end_of_prefix(const Partition& partition, std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (prefix.empty()) return end_key(partition);
  prefix.back() = static_cast<char>(static_cast<std::uint8_t>(prefix.back()) + 1);
  return row_key(partition, prefix);
}

// A partition without a header is empty.
std::optional<Result<format::PartitionHeader>> find_header(Lookup& lookup, const Partition& partition) {
  std::string_view value;
  const auto status = lookup.find(header_key(partition), value);
  if (status.IsIncomplete()) return std::nullopt;
  if (status.IsNotFound()) return format::PartitionHeader{};
  if (!status.ok()) return std::unexpected(error_of(status, "can't read partition " + partition));
  return format::decode_partition(value);
}

}  // namespace

std::optional<Result<Got>> read_rows(Database& database, From from, const Partition& partition,
                                     const std::vector<std::string>& keys) {
  Lookup lookup(database, from, database.rows(), end_key(partition));
  const auto header = find_header(lookup, partition);
  if (!header) return std::nullopt;
  if (!*header) return std::unexpected(header->error());

  Got got;
  got.version = (*header)->version;
  for (const auto& key : keys) {
    std::string_view value;
    const auto status = lookup.find(row_key(partition, key), value);
    if (status.IsIncomplete()) return std::nullopt;
    if (!status.ok() && !status.IsNotFound())
      return std::unexpected(error_of(status, "can't read partition " + partition));
    got.values.push_back(status.ok() ? std::optional<std::string>(value) : std::nullopt);
  }
  return got;
}

std::optional<Result<Scanned>> scan_rows(Database& database, From from, const Partition& partition,
                                         const std::string& prefix, const std::string& after, std::size_t limit) {
  Lookup lookup(database, from, database.rows(), end_of_prefix(partition, prefix));
  const auto header = find_header(lookup, partition);
  if (!header) return std::nullopt;
  if (!*header) return std::unexpected(header->error());

  Scanned scanned;
  scanned.version = (*header)->version;
  std::size_t bytes = 0;
  auto& at = lookup.at();
  for (at.Seek(row_key(partition, after < prefix ? prefix : after + '\0')); at.Valid(); at.Next()) {
    const auto key = view(at.key()).substr(partition.size() + 1);
    bytes += key.size() + at.value().size();
    scanned.more = scanned.rows.size() == limit || (!scanned.rows.empty() && bytes > kReadBytes);
    if (scanned.more) break;
    scanned.rows.push_back({std::string(key), at.value().ToString()});
  }
  if (at.status().IsIncomplete()) return std::nullopt;
  if (!at.status().ok()) return std::unexpected(error_of(at.status(), "can't read partition " + partition));
  return scanned;
}

std::optional<Result<format::PartitionHeader>> read_header(Database& database, From from, const Partition& partition) {
  Lookup lookup(database, from, database.rows(), end_key(partition));
  return find_header(lookup, partition);
}

std::optional<Result<std::string>> read_body(Database& database, From from, const std::string& id,
                                             std::uint64_t offset, std::size_t length) {
  Lookup lookup(database, from, database.bodies(), end_key(id));
  const auto first = std::min<std::uint64_t>(offset / kPieceBytes, UINT32_MAX);
  std::string bytes;
  for (auto number = first; bytes.size() < length || number == first; ++number) {
    std::string_view value;
    const auto status = lookup.find(piece_key(id, static_cast<std::uint32_t>(number)), value);
    if (status.IsIncomplete()) return std::nullopt;
    if (status.IsNotFound() && number == 0) return fail(Fault::NotFound, "there is no body " + id);
    // Beyond its end, unless there is none.
    if (status.IsNotFound()) return number > first ? bytes : read_body(database, from, id, 0, 0);
    if (!status.ok()) return std::unexpected(error_of(status, "can't read body " + id));
    const auto piece = format::decode_body(value);
    if (!piece) return std::unexpected(piece.error());
    const auto skipped = number == first ? std::min<std::uint64_t>(piece->size(), offset % kPieceBytes) : 0;
    bytes += piece->substr(skipped, length - bytes.size());
    if (piece->size() < kPieceBytes) break;
  }
  return bytes;
}

std::optional<Result<std::uint32_t>> count_pieces(Database& database, From from, const std::string& id) {
  Lookup lookup(database, from, database.bodies(), end_key(id));
  for (std::uint32_t count = 1;; ++count) {
    std::string_view value;
    const auto status = lookup.find(piece_key(id, count), value);
    if (status.IsIncomplete()) return std::nullopt;
    if (status.IsNotFound()) return count;
    if (!status.ok()) return std::unexpected(error_of(status, "can't read body " + id));
  }
}

}  // namespace postroad::store::rocksdb
