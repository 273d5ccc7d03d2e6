#include "store/rocksdb/group.h"

#include <algorithm>

#include "store/rocksdb/keys.h"

namespace postroad::store::rocksdb {
namespace {

using ::rocksdb::Slice;

// Partitions of more rows are dropped by a range tombstone, which every later read of the files must heed.
constexpr std::uint64_t kDropOneByOne = 4096;

}  // namespace

// The values now of all rows that the batch names, and of the header.
Result<Group::Values> Group::read(const Partition& partition, const Batch& batch) {
  Values values;
  std::vector<std::string> missing;
  const auto want = [&](std::string full) {
    const auto at = changed_.find(full);
    const auto [place, is_new] = values.try_emplace(full, at == changed_.end() ? Value{} : at->second);
    if (is_new && at == changed_.end()) missing.push_back(std::move(full));
  };
  want(header_key(partition));
  for (const auto& expect : batch.expect) want(row_key(partition, expect.key));
  for (const auto& row : batch.put) want(row_key(partition, row.key));
  for (const auto& key : batch.del) want(row_key(partition, key));
  if (missing.empty()) return values;

  std::ranges::sort(missing);
  const std::vector<Slice> slices(missing.begin(), missing.end());
  std::vector<::rocksdb::PinnableSlice> found(missing.size());
  std::vector<::rocksdb::Status> statuses(missing.size());
  database_.db().MultiGet(::rocksdb::ReadOptions(), database_.rows(), missing.size(), slices.data(), found.data(),
                          statuses.data(), true);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (statuses[i].ok()) values[missing[i]] = found[i].ToString();
    else if (!statuses[i].IsNotFound())
      return std::unexpected(error_of(statuses[i], "can't read partition " + partition));
  }
  return values;
}

Result<format::PartitionHeader> Group::header_of(const Partition& partition, const Values& values) const {
  const auto& stored = values.at(header_key(partition));
  if (!stored) return format::PartitionHeader{};
  return format::decode_partition(*stored);
}

bool Group::holds(const std::vector<Expect>& expected, const Partition& partition, const Values& values) {
  return std::ranges::all_of(
      expected, [&](const Expect& expect) { return values.at(row_key(partition, expect.key)) == expect.value; });
}

Result<Committed> Group::add(const Partition& partition, const Batch& batch) {
  TRY(const auto values, read(partition, batch));
  TRY(auto header, header_of(partition, values));
  if (!holds(batch.expect, partition, values)) return Committed{Outcome::Conflict, 0};

  const auto forget = [&](const std::string& key) {
    const auto& old = values.at(row_key(partition, key));
    if (!old) return;
    header.rows -= 1;
    header.bytes -= key.size() + old->size();
  };
  for (const auto& row : batch.put) forget(row.key);
  for (const auto& key : batch.del) forget(key);
  header.rows += batch.put.size();
  for (const auto& row : batch.put) header.bytes += row.key.size() + row.value.size();
  if (header.rows > kPartitionRows) return Committed{Outcome::Full, 0};

  ++header.version;
  write(partition, batch, header);
  return Committed{Outcome::Committed, header.version};
}

void Group::put(const std::string& key, const std::string& value) {
  writes_.Put(database_.rows(), key, value);
  changed_.insert_or_assign(key, value);
}

void Group::write(const Partition& partition, const Batch& batch, const format::PartitionHeader& header) {
  put(header_key(partition), format::encode(header));
  for (const auto& row : batch.put) put(row_key(partition, row.key), row.value);
  for (const auto& key : batch.del) {
    const auto full = row_key(partition, key);
    writes_.Delete(database_.rows(), full);
    changed_.insert_or_assign(full, std::nullopt);
  }
  for (const auto& body : batch.bodies) add_piece(body.id, 0, body.bytes);
}

void Group::add_piece(const std::string& id, std::uint32_t piece, const std::string& bytes) {
  const auto full = piece_key(id, piece);
  const Slice key = full;
  const auto header = format::encode(format::BodyHeader{});
  const Slice parts[] = {header, bytes};
  writes_.Put(database_.bodies(), ::rocksdb::SliceParts(&key, 1), ::rocksdb::SliceParts(parts, 2));
}

void Group::delete_pieces(const std::string& id, std::uint32_t count) {
  for (std::uint32_t piece = 0; piece < count; ++piece) writes_.Delete(database_.bodies(), piece_key(id, piece));
}

Result<> Group::drop(const Partition& partition) {
  const auto first = header_key(partition);
  const auto end = end_key(partition);
  TRY(const auto values, read(partition, {}));
  TRY(const auto header, header_of(partition, values));
  if (header.rows > kDropOneByOne) {
    writes_.DeleteRange(database_.rows(), first, end);
    return {};
  }
  ::rocksdb::ReadOptions options;
  const Slice upper = end;
  options.iterate_upper_bound = &upper;
  const std::unique_ptr<::rocksdb::Iterator> at(database_.db().NewIterator(options, database_.rows()));
  for (at->Seek(first); at->Valid(); at->Next()) writes_.Delete(database_.rows(), at->key());
  if (!at->status().ok()) return std::unexpected(error_of(at->status(), "can't drop partition " + partition));
  return {};
}

}  // namespace postroad::store::rocksdb
