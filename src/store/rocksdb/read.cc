#include "store/rocksdb/read.h"

#include <algorithm>

#include "store/rocksdb/keys.h"

namespace postroad::store::rocksdb {
namespace {

using ::rocksdb::PinnableSlice;
using ::rocksdb::Slice;

::rocksdb::ReadOptions options_for(From from) {
  ::rocksdb::ReadOptions options;
  options.read_tier = from == From::Memory ? ::rocksdb::kBlockCacheTier : ::rocksdb::kReadAllTier;
  return options;
}

std::string_view view(const Slice& slice) { return {slice.data(), slice.size()}; }
Slice slice(std::string_view text) { return {text.data(), text.size()}; }

// What follows after all keys that start with `key`, within the partition.
std::string end_of_prefix(const Partition& partition, std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (prefix.empty()) return end_key(partition);
  prefix.back() = static_cast<char>(static_cast<std::uint8_t>(prefix.back()) + 1);
  return row_key(partition, prefix);
}

// Reads the header, by the iterator that will read the rows too; a partition without one is empty.
std::optional<Result<format::PartitionHeader>> seek_header(::rocksdb::Iterator& at, const std::string& key) {
  at.Seek(key);
  if (at.status().IsIncomplete()) return std::nullopt;
  if (!at.status().ok()) return std::unexpected(error_of(at.status(), "can't read a partition"));
  if (!at.Valid() || view(at.key()) != key) return format::PartitionHeader{};
  return format::decode_partition(view(at.value()));
}

}  // namespace

std::optional<Result<Got>> read_rows(Database& database, From from, const Partition& partition,
                                     const std::vector<std::string>& keys) {
  std::vector<std::string> full{header_key(partition)};
  for (const auto& key : keys) full.push_back(row_key(partition, key));
  const std::vector<Slice> slices(full.begin(), full.end());
  std::vector<PinnableSlice> values(full.size());
  std::vector<::rocksdb::Status> statuses(full.size());
  // All of one call are of one view.
  database.db().MultiGet(options_for(from), database.rows(), full.size(), slices.data(), values.data(),
                         statuses.data());

  Got got;
  for (std::size_t i = 0; i < full.size(); ++i) {
    if (statuses[i].IsIncomplete()) return std::nullopt;
    if (!statuses[i].ok() && !statuses[i].IsNotFound())
      return std::unexpected(error_of(statuses[i], "can't read partition " + partition));
    if (i > 0) got.values.push_back(statuses[i].ok() ? std::optional(values[i].ToString()) : std::nullopt);
  }
  if (statuses[0].ok()) {
    const auto header = format::decode_partition(view(values[0]));
    if (!header) return std::unexpected(header.error());
    got.version = header->version;
  }
  return got;
}

std::optional<Result<Scanned>> scan_rows(Database& database, From from, const Partition& partition,
                                         const std::string& prefix, const std::string& after, std::size_t limit) {
  auto options = options_for(from);
  const auto end = end_of_prefix(partition, prefix);
  const auto upper = slice(end);
  options.iterate_upper_bound = &upper;
  const std::unique_ptr<::rocksdb::Iterator> at(database.db().NewIterator(options, database.rows()));

  const auto first = header_key(partition);
  const auto header = seek_header(*at, first);
  if (!header) return std::nullopt;
  if (!*header) return std::unexpected(header->error());

  Scanned scanned;
  scanned.version = (*header)->version;
  std::size_t bytes = 0;
  at->Seek(row_key(partition, after < prefix ? prefix : after + '\0'));
  for (; at->Valid(); at->Next()) {
    const auto key = view(at->key()).substr(first.size());
    bytes += key.size() + at->value().size();
    scanned.more = scanned.rows.size() == limit || (!scanned.rows.empty() && bytes > kReadBytes);
    if (scanned.more) break;
    scanned.rows.push_back({std::string(key), at->value().ToString()});
  }
  if (at->status().IsIncomplete()) return std::nullopt;
  if (!at->status().ok()) return std::unexpected(error_of(at->status(), "can't read partition " + partition));
  return scanned;
}

std::optional<Result<format::PartitionHeader>> read_header(Database& database, From from, const Partition& partition) {
  PinnableSlice value;
  const auto status =
      database.db().Get(options_for(from), database.rows(), slice(header_key(partition)), &value);
  if (status.IsIncomplete()) return std::nullopt;
  if (status.IsNotFound()) return format::PartitionHeader{};
  if (!status.ok()) return std::unexpected(error_of(status, "can't read partition " + partition));
  return format::decode_partition(view(value));
}

std::optional<Result<std::string>> read_body(Database& database, From from, const std::string& id,
                                             std::uint64_t offset, std::size_t length) {
  std::string bytes;
  bool is_end = false;
  do {
    const auto at = offset + bytes.size();
    const auto number = std::min<std::uint64_t>(at / kPieceBytes, UINT32_MAX);
    PinnableSlice value;
    const auto key = piece_key(id, static_cast<std::uint32_t>(number));
    const auto status = database.db().Get(options_for(from), database.bodies(), key, &value);
    if (status.IsIncomplete()) return std::nullopt;
    if (status.IsNotFound()) {
      if (number == 0) return fail(Fault::NotFound, "there is no body " + id);
      if (!bytes.empty() || offset == 0) return bytes;
      // Beyond its end, or is there none?
      const auto first = read_body(database, from, id, 0, 0);
      if (!first || !*first) return first;
      return bytes;
    }
    if (!status.ok()) return std::unexpected(error_of(status, "can't read body " + id));
    const auto piece = format::decode_body(view(value));
    if (!piece) return std::unexpected(piece.error());
    const auto from_here = std::min(piece->size(), at % kPieceBytes);
    bytes += piece->substr(from_here, length - bytes.size());
    is_end = piece->size() < kPieceBytes;
  } while (bytes.size() < length && !is_end);
  return bytes;
}

std::optional<Result<std::uint32_t>> count_pieces(Database& database, From from, const std::string& id) {
  for (std::uint32_t count = 1;; ++count) {
    PinnableSlice value;
    const auto status = database.db().Get(options_for(from), database.bodies(), piece_key(id, count), &value);
    if (status.IsIncomplete()) return std::nullopt;
    if (status.IsNotFound()) return count;
    if (!status.ok()) return std::unexpected(error_of(status, "can't read body " + id));
  }
}

}  // namespace postroad::store::rocksdb
